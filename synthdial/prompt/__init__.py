"""Scenarios, and prompts in Dutch for base and instruct models."""

from synthdial.prompt.build import Prompt, TemplateFacts, build_prompt, bundled_references
from synthdial.prompt.chat import Segment
from synthdial.prompt.direction import DueTerm, due_terms, stage_directions
from synthdial.prompt.scenario import (
    DEFAULT_SCENARIO,
    Phase,
    Scenario,
    ScenarioPhase,
    bundled_scenarios,
    load_scenario,
)

__all__ = [
    "DEFAULT_SCENARIO",
    "DueTerm",
    "Phase",
    "Prompt",
    "Scenario",
    "ScenarioPhase",
    "Segment",
    "TemplateFacts",
    "build_prompt",
    "bundled_references",
    "bundled_scenarios",
    "due_terms",
    "load_scenario",
    "stage_directions",
]
