"""Render the chat template of a model file, which is a program from a stranger's file.

It runs in Jinja's sandbox, in a process of its own, with little memory and little time.
"""

import datetime
import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from synthdial.airgap.seal import seal

TEMPLATE_ARGUMENT = "--chat-template"  # makes a frozen program this process
MOST_SECONDS, MOST_MEMORY, MOST_TEXT = 5, 512 << 20, 8 << 20

Messages = Sequence[Mapping[str, str]]


class TemplateError(Exception):
    """A template that is not valid, does what the sandbox forbids, or wants more than it may have; says what."""


def render_template(template: str, tries: Sequence[Messages], bos: str, eos: str) -> list[str | TemplateError]:
    """Render a template with several lists of messages.

    Parameters
    ----------
    template : str
        In Jinja, as model files carry it.
    tries : sequence of sequence of mapping
        Messages of ``role`` and ``content``.
    bos, eos : str
        Texts of the model's beginning and end tokens.

    Returns
    -------
    list of str or TemplateError
        For each list of messages its text, or what is wrong.

    Raises
    ------
    TemplateError
        When it takes more than `MOST_SECONDS` seconds or `MOST_MEMORY` bytes.
    """
    frozen = getattr(sys, "frozen", False)
    command = [sys.executable, TEMPLATE_ARGUMENT] if frozen else [sys.executable, "-P", "-m", "synthdial.chat_template"]
    asked = json.dumps({"template": template, "tries": [list(map(dict, messages)) for messages in tries], "bos": bos,
                        "eos": eos})  # fmt: skip
    try:
        done = subprocess.run(command, input=asked.encode(), capture_output=True, check=False, timeout=4 * MOST_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise _too_long() from error
    if done.returncode:
        raise _too_long() if -done.returncode == getattr(signal, "SIGXCPU", None) else _too_large()
    try:
        answers = json.loads(done.stdout)
    except ValueError as error:
        raise TemplateError("it writes where it may not") from error
    return [TemplateError(answer["wrong"]) if "wrong" in answer else str(answer["text"]) for answer in answers]


def _too_long() -> TemplateError:
    return TemplateError(f"it takes longer than {MOST_SECONDS} seconds")


def _too_large() -> TemplateError:
    return TemplateError(f"it takes more than {MOST_MEMORY >> 20} MiB of memory")


def main() -> None:
    """Read a template from standard input, and write what comes of it to standard output."""
    seal()
    asked = json.loads(sys.stdin.buffer.read())
    _confine()
    answers = [_answer(asked["template"], messages, asked["bos"], asked["eos"]) for messages in asked["tries"]]
    sys.stdout.write(json.dumps(answers))
    sys.stdout.flush()


def _answer(template: str, messages: Messages, bos: str, eos: str) -> dict[str, str]:
    try:
        text = _render(template, messages, bos, eos)
    except Exception as error:
        # a template is a program: whatever it does wrong, a lack of memory or a Python that cannot compile it included,
        # is the template's fault
        return {"wrong": str(_too_large()) if isinstance(error, MemoryError) else (str(error) or type(error).__name__)}
    return {"text": text} if len(text) <= MOST_TEXT else {"wrong": f"it writes more than {MOST_TEXT >> 20} MiB of text"}


def _confine() -> None:
    """Let this process take no more than it may have; where the system knows no such limits, its caller ends it."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _render(template: str, messages: Messages, bos: str, eos: str) -> str:
    from jinja2.exceptions import SecurityError, TemplateRuntimeError
    from jinja2.runtime import Context
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """A sandbox that also refuses powers: one line of them takes all time, in which no signal is heard."""

        intercepted_binops = frozenset({"**"})

        def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
            raise SecurityError("powers are not allowed")

    def refuse(message: str) -> NoReturn:
        raise TemplateRuntimeError(message)

    environment = Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    environment.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = lambda form: datetime.datetime.now().strftime(form)
    context: dict[str, Any] = {
        "messages": messages, "add_generation_prompt": True, "bos_token": bos, "eos_token": eos, "tools": None
    }  # fmt: skip
    return environment.from_string(template).render(context)


if __name__ == "__main__":
    main()
