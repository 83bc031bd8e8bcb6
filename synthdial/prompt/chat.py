"""Render the chat template of a model file, in a sandbox: it is a program from a stranger's file."""

import datetime
import json
from dataclasses import dataclass
from typing import Any, NoReturn

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from synthdial.errors import SynthdialError

_LARGEST_TEMPLATE = 256 << 10
# stand-ins for the contents while the template is rendered, so that only the template's own text may name special
# tokens; letters and digits alone, so that filters such as trim leave them whole
_SYSTEM, _USER = "SYNTHDIALsystemCONTENT7f3a", "SYNTHDIALuserCONTENT7f3a"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a prompt.

    Attributes
    ----------
    text : str
        The text.
    special : bool
        Whether markers such as ``<|im_start|>`` in it are tokens; never for text from a user's files.
    """

    text: str
    special: bool = False


def render_chat(template: str, system: str, user: str, bos: str, eos: str) -> list[Segment]:
    """Render a system text and a request so that the model's answer comes next.

    Where the template refuses a system role or drops it, the system text stands before the request instead.

    Parameters
    ----------
    template : str
        The Jinja template of the model file.
    system, user : str
        The contents.
    bos, eos : str
        Texts of the model's beginning and end tokens.

    Returns
    -------
    list of Segment
        The prompt.

    Raises
    ------
    SynthdialError
        When the template is not valid, does what the sandbox forbids, or leaves the request out.
    """
    if len(template) > _LARGEST_TEMPLATE:
        raise SynthdialError("The model's chat template is longer than 256 KiB.", "Use another model.")
    with_role = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": _USER}]
    folded = [{"role": "user", "content": f"{_SYSTEM}\n\n{_USER}"}]
    reason = ""
    for messages in (with_role, folded):
        try:
            text = _render(template, messages, bos, eos)
        except jinja2.TemplateError as error:
            reason = f": {error}"
            continue
        if text.count(_SYSTEM) == text.count(_USER) == 1 and text.index(_SYSTEM) < text.index(_USER):
            before, _, rest = text.partition(_SYSTEM)
            between, _, after = rest.partition(_USER)
            parts = [
                Segment(before, True), Segment(system), Segment(between, True), Segment(user), Segment(after, True)
            ]  # fmt: skip
            return [part for part in parts if part.text]
        reason = ": it leaves the request out"
    raise SynthdialError(
        f"The model's chat template cannot be used{reason}.", "Use '--prompt-style base', or another model."
    )


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox that also refuses powers: one line of them takes all memory."""

    intercepted_binops = frozenset({"**"})

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError("powers are not allowed")


def _render(template: str, messages: list[dict[str, str]], bos: str, eos: str) -> str:
    environment = _Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    environment.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = lambda form: datetime.datetime.now().strftime(form)
    context: dict[str, Any] = {
        "messages": messages, "add_generation_prompt": True, "bos_token": bos, "eos_token": eos, "tools": None
    }  # fmt: skip
    try:
        return environment.from_string(template).render(context)
    except jinja2.TemplateError:
        raise
    except Exception as error:
        # a template is a program: whatever it does wrong, a lack of memory or a Python that cannot compile it included,
        # is the template's fault
        raise jinja2.TemplateRuntimeError(str(error) or type(error).__name__) from error


def _refuse(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)
