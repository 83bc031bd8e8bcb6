"""Turn a system text and a request into a prompt, by the chat template of a model file."""

from dataclasses import dataclass
from functools import lru_cache

from synthdial.chat_template import TemplateError, render_template
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
        When the template is not valid, does what the sandbox forbids, takes too long or too much, or leaves the request
        out.
    """
    if len(template) > _LARGEST_TEMPLATE:
        raise SynthdialError("The model's chat template is longer than 256 KiB.", "Use another model.")
    reason = ""
    for text in _rendered(template, bos, eos):
        if isinstance(text, TemplateError):
            reason = f": {text}"
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


@lru_cache(maxsize=8)
def _rendered(template: str, bos: str, eos: str) -> list[str | TemplateError]:
    """What the template makes of the stand-ins, with a system role and without one."""
    with_role = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": _USER}]
    folded = [{"role": "user", "content": f"{_SYSTEM}\n\n{_USER}"}]
    try:
        return render_template(template, [with_role, folded], bos, eos)
    except TemplateError as error:
        return [error]
