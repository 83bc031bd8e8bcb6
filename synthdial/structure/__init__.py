"""How conversations are built: the profile of their turn-taking, and plans drawn from it."""

from synthdial.structure.plan import Kind, PlannedTurn, Planner
from synthdial.structure.profile import FEWEST, Profile, build_profile, describe, read_profile, write_profile

__all__ = [
    "FEWEST",
    "Kind",
    "PlannedTurn",
    "Planner",
    "Profile",
    "build_profile",
    "describe",
    "read_profile",
    "write_profile",
]
