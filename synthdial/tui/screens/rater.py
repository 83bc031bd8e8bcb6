"""Who reviews: a name and a role, asked before the first conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from synthdial.language import mark
from synthdial.tui.screens.asking import Asking
from synthdial.tui.widgets.choices import Choices
from synthdial.tui.widgets.phrase import Phrase

_LONGEST_NAME = 60


@dataclass(frozen=True)
class Role:
    """As what somebody judges: its key, its name by language, and by language what they are asked about."""

    key: str
    names: Mapping[str, str]
    criteria: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Who:
    """A rater's name, and their role; None where they have one already."""

    name: str
    role: str | None


class RaterScreen(Asking[Who]):
    """Asks who reviews.

    Parameters
    ----------
    roles : tuple of Role
        Those that there are.
    known : tuple of str
        Names of the raters who have begun.
    last : Who
        Who reviewed last on this machine; a name may be empty.
    """

    HEADING = mark("Who reviews?")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "begin", mark("Begin"), key_display="Enter", priority=True),
        Binding("tab,shift+tab", "other", mark("Name, role"), key_display="Tab", priority=True),
        *(Binding(str(number), f"role({number - 1})", show=False) for number in range(1, 10)),
    ]

    def __init__(self, roles: tuple[Role, ...], known: tuple[str, ...], last: Who) -> None:
        super().__init__()
        self._roles, self._known, self._last = roles, frozenset(name.casefold() for name in known), last

    def compose_question(self) -> ComposeResult:
        """Why it is asked, a field for the name, and the roles."""
        domain = self.DOMAIN
        yield Phrase(
            mark(
                "Your answers are kept under your name, so that you can stop and go on later. Other raters do not see "
                "them. Give the same name each time."
            ),
            domain=domain,
            classes="paragraph",
        )
        yield Phrase(mark("Name, or a code that you were given:"), domain=domain, classes="paragraph")
        yield Input(self._last.name, id="name", max_length=_LONGEST_NAME)
        yield Choices("", [], None, id="role")

    def on_mount(self) -> None:
        """Ask for the name first."""
        keys = [role.key for role in self._roles]
        roles = self.query_one("#role", Choices)
        if len(keys) == 1:
            roles.chosen = 0
        elif self._last.role in keys:
            roles.chosen = keys.index(self._last.role)
        self.relabel()
        self.set_focus(self.query_one(Input))

    def relabel(self) -> None:
        """Ask in the language of now."""
        super().relabel()
        language = self.workbench.language
        told = [
            (str(number), f"{role.names[language]}: {', '.join(role.criteria[language]).lower()}")
            for number, role in enumerate(self._roles, 1)
        ]
        self.query_one("#role", Choices).ask(self.say("You judge as:"), told)

    def action_other(self) -> None:
        """Go between the name and the role."""
        name = self.query_one(Input)
        # at once: the next key may be there already
        self.set_focus(self.query_one("#role", Choices) if name.has_focus else name)

    def action_role(self, place: int) -> None:
        """Choose a role."""
        if place < len(self._roles):
            self.query_one("#role", Choices).chosen = place

    def action_begin(self) -> None:
        """Begin, if it is known who, once the field has taken in what was typed."""
        self.query_one(Input).call_later(self._begin)

    def _begin(self) -> None:
        name = " ".join(self.query_one(Input).value.split())
        chosen = self.query_one("#role", Choices).chosen
        if not name:
            self.set_focus(self.query_one(Input))
            self.tell(self.say("Give your name, or a code."))
        elif name.casefold() in self._known:
            self.dismiss(Who(name, None))
        elif chosen is None:
            self.set_focus(self.query_one("#role", Choices))
            self.tell(self.say("Say as what you judge: press its number."))
        else:
            self.dismiss(Who(name, self._roles[chosen].key))
