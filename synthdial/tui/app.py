"""The application: speaks a language and has a look; `OpeningApp` opens the screens of a study, `BatchApp` runs one
batch beside whatever is shown, `ReportApp` makes reports.

What a screen may count on
    ``self.app.say(text, domain)`` (on a `Page` or `Dialog` simply ``self.say(text)``, in its ``DOMAIN``) gives a
    message in the language of now; ``self.app.language`` is ``nl`` or ``en``. Texts that are shown later, such as the
    descriptions of keys, are marked with `synthdial.language.mark`; the keys below a screen, its heading and its help
    are translated where they are shown. When the language changes, every widget and screen that has a method
    ``relabel()`` has it called; `Phrase` and the frame have one. ``self.app.problem(error)`` shows a `SynthdialError`.
    ``self.app.batch`` is the batch that runs or ran, and ``self.app.batch_changed`` the signal that says it got on.

    A screen is a `Page` (frame, help, Escape goes back) or a `Dialog` (a box); see ``screens/page.py``. Styles stand in
    ``styles/*.tcss``, one file a screen, all loaded at the start. Colours are those of ``looks.py``: ``$background``,
    ``$surface``, ``$panel``, ``$foreground``, ``$foreground-muted``, ``$accent``, ``$primary``, ``$doctor``,
    ``$patient``, ``$text-error``, ``$text-warning``, ``$text-success``; other pairs may lack contrast.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from synthdial.errors import SynthdialError
from synthdial.language import mark, translator
from synthdial.settings import LANGUAGES, Language, Theme
from synthdial.tui.batch import LOST_ON_STOPPING, Writer
from synthdial.tui.looks import LOOKS, after, theme_name
from synthdial.tui.opening_app import OpeningApp
from synthdial.tui.report_app import Reporter
from synthdial.tui.state import State, load_state, save_state
from synthdial.tui.terminal import check_terminal, is_plain_locale

if TYPE_CHECKING:
    from synthdial.passphrase import Source
    from synthdial.review.session import ReviewRequest
    from synthdial.tui.machine import Machine

STYLES = Path(__file__).parent / "styles"
SMALLEST = (80, 24)
"""Columns and lines that every screen fits in."""


class SynthdialApp(OpeningApp):
    """The application.

    Parameters
    ----------
    study : Path, optional
        A study to open at once.
    review : ReviewRequest, optional
        Review it at once.
    language : {"nl", "en"}
        What to speak first.
    theme : {"dark", "light", "contrast"}
        How to look first.
    state : State
        What was remembered.
    writer : callable
        Writes a batch; `synthdial.study.batch.run_batch` by default.
    reporter : callable
        Writes a report; `synthdial.report.write_report` by default.
    examine : callable
        Looks what the machine can do; `synthdial.tui.machine.examine` by default.
    """

    TITLE = "synthdial-edge"
    CSS_PATH = sorted(STYLES.glob("*.tcss"))
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", mark("Help")),
        Binding("f1", "help", mark("Help"), show=False),
        Binding("f2", "language", mark("Nederlands"), priority=True),
        Binding("ctrl+l", "language", mark("Nederlands"), priority=True, show=False),
        Binding("f3", "theme", mark("Colours"), priority=True),
        Binding("q", "quit", mark("Quit")),
        Binding("ctrl+q", "quit", mark("Quit"), show=False, priority=True),
        Binding("ctrl+p", "command_palette", mark("Find a command"), show=False, priority=True),
    ]

    language: reactive[Language] = reactive("en", init=False)
    look: reactive[Theme] = reactive("dark", init=False)

    def __init__(
        self,
        study: Path | None = None,
        *,
        review: "ReviewRequest | None" = None,
        language: Language = "en",
        theme: Theme = "dark",
        state: State | None = None,
        writer: Writer | None = None,
        reporter: Reporter | None = None,
        examine: "Callable[[], Machine] | None" = None,
    ) -> None:
        super().__init__(writer, reporter)
        for ours in LOOKS.values():
            self.register_theme(ours)
        self.set_reactive(SynthdialApp.language, language)
        self.set_reactive(SynthdialApp.look, theme)
        self.theme = theme_name(theme)
        self.state = state or State()
        self._opening, self.examine = (study, review), examine

    # --- what is shown ---

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours that our themes add, while Textual starts with a theme of its own."""
        return dict(LOOKS["dark"].variables)

    def get_default_screen(self) -> Screen[Any]:
        """Home is below all other screens."""
        from synthdial.tui.screens.home import HomeScreen

        return HomeScreen()

    def on_mount(self) -> None:
        """Open what was asked for."""
        if is_plain_locale():
            self.notify(
                self.say(mark("The locale is not UTF-8: letters and lines may look wrong. Set LC_ALL=C.UTF-8.")),
                severity="warning",
                timeout=15,
            )
        study, review = self._opening
        if study is not None and review is None:
            self.open_study(study)
        elif study is not None and review is not None:
            self.open_review(study, review)

    def on_resize(self, event: events.Resize) -> None:
        """Say what size is needed while the terminal is smaller."""
        from synthdial.tui.screens.too_small import TooSmall

        small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        if small and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall())
        elif not small and isinstance(self.screen, TooSmall):
            self.pop_screen()

    # --- language and look ---

    def say(self, text: str, domain: str = "tui") -> str:
        """A message in the language of now; where its own domain does not have it, that of all screens."""
        said = translator(self.language, domain)(text)
        return translator(self.language, "tui")(text) if said == text and domain != "tui" else said

    def heard(self, text: str) -> str:
        """What the library said, in the language of now."""
        from synthdial.tui.library_words import in_language

        return in_language(text, self.language)

    def say_of(self, node: object, text: str) -> str:
        """A message of the domain of a widget or screen."""
        return self.say(text, getattr(node, "DOMAIN", "tui"))

    def watch_language(self) -> None:
        """Let everything that is open speak the language."""
        for screen in self.screen_stack:
            for node in (*screen.walk_children(), screen):
                if callable(relabel := getattr(node, "relabel", None)):
                    relabel()

    def watch_look(self) -> None:
        """Show the theme."""
        self.theme = theme_name(self.look)

    def action_language(self) -> None:
        """Speak the other language."""
        self.language = LANGUAGES[1 - LANGUAGES.index(self.language)]
        self.remember(replace(self.state, language=self.language))

    def action_theme(self) -> None:
        """Look otherwise."""
        self.look = after(self.look)
        self.remember(replace(self.state, theme=self.look))

    def remember(self, state: State) -> None:
        """Keep a state for the next time."""
        self.state = state
        save_state(state)

    def opened(self, study: Path) -> None:
        """Remember a study among those opened last."""
        self.remember(self.state.opened(study))

    # --- going about ---

    def get_key_display(self, binding: Binding) -> str:
        """A key as it stands on a keyboard."""
        if binding.key_display:
            return binding.key_display
        known = {"escape": "Esc", "enter": "Enter", "question_mark": "?", "delete": "Del", "tab": "Tab"}
        if binding.key.startswith("ctrl+"):
            return f"Ctrl+{binding.key.removeprefix('ctrl+').upper()}"
        is_function_key = binding.key[1:].isdigit()
        return known.get(binding.key) or (binding.key.upper() if is_function_key else super().get_key_display(binding))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the keys of a screen do, to be found by name."""
        seen = set()
        for node, binding, enabled, _ in screen.active_bindings.values():
            ours = binding.show or node is self
            if ours and enabled and binding.action != "command_palette" and binding.action not in seen:
                seen.add(binding.action)
                act = partial(self.run_action, binding.action, node)
                yield SystemCommand(self.say_of(node, binding.description), self.get_key_display(binding), act)

    def action_command_palette(self) -> None:
        """Find a command by its name."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=self.say(mark("Find a command")), id="--command-palette"))

    def action_help_quit(self) -> None:
        """Say how to leave: in other programs Ctrl+C does."""
        self.notify(self.say(mark("Ctrl+Q leaves the program.")))

    def action_press(self, key: str) -> None:
        """Do as if a key were pressed."""
        self.simulate_key(key)

    def action_help(self) -> None:
        """Explain the screen and its keys."""
        from synthdial.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    # --- the end ---

    async def action_quit(self) -> None:
        """Leave; asks once where a batch runs."""
        from synthdial.tui.screens.question import Question

        if self.batch is None or not self.batch.running:
            self.exit()
        elif not isinstance(self.screen, Question):
            question = Question(
                mark("A batch is running"),
                LOST_ON_STOPPING,
                yes=mark("Stop and quit"),
            )
            self.push_screen(question, lambda quits: self.exit() if quits else None)


def run(study: Path | None = None, *, lang: str | None = None, review: "ReviewRequest | None" = None) -> None:
    """Run the application until the user leaves it.

    Parameters
    ----------
    study : Path, optional
        A study to open at once.
    lang : {"nl", "en"}, optional
        What to speak; by default as set, as chosen last, or as the locale says.
    review : ReviewRequest, optional
        Review the study at once.

    Raises
    ------
    SynthdialError
        When the terminal cannot show it, or something that is asked for at once is wrong.
    SystemExit
        With status 1 when it failed; it said where.
    """
    from synthdial.language import choose_language
    from synthdial.passphrase import asking
    from synthdial.settings import load_settings
    from synthdial.tui.library_words import in_language

    settings, state = load_settings(), load_state()
    language = choose_language(lang or settings.language or state.language)
    try:
        check_terminal()
    except SynthdialError as error:
        raise SynthdialError(in_language(error.message, language), in_language(error.hint, language)) from None
    theme = settings.theme or state.theme or "dark"
    with asking(_given_with_the_command()):
        app = SynthdialApp(study, review=review, language=language, theme=theme, state=state)
        app.run()
    if app.return_code:
        raise SystemExit(app.return_code)


def _given_with_the_command() -> "Source":
    """What the command was given of passphrases: nobody is asked in the terminal while screens have it."""
    from click import get_current_context

    from synthdial.cli.passphrase import PassphraseSource

    context = get_current_context(silent=True)
    given = context.find_object(PassphraseSource) if context is not None else None
    return PassphraseSource(given.file if given is not None else None, asks=False)
