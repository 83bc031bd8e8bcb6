"""How the screens look: three themes whose text can be read, and the colours that they add to Textual's."""

from textual.theme import Theme as TextualTheme

from synthdial.settings import THEMES, Theme

LEAST_CONTRAST: dict[Theme, float] = {"dark": 4.5, "light": 4.5, "contrast": 7.0}
"""The least contrast of text with what is behind it, by the formula of WCAG 2.2."""

TEXT_ON: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("foreground", ("background", "surface", "panel")),
    ("foreground-muted", ("background", "surface", "panel")),
    ("accent", ("background", "surface", "panel")),
    ("doctor", ("background", "surface")),
    ("patient", ("background", "surface")),
    ("text-error", ("background", "surface")),
    ("text-warning", ("background", "surface")),
    ("text-success", ("background", "surface")),
    ("text-primary", ("background", "surface")),
    ("footer-key-foreground", ("footer-background",)),
    ("footer-description-foreground", ("footer-background",)),
    ("block-cursor-foreground", ("block-cursor-background",)),
    ("block-cursor-blurred-foreground", ("block-cursor-blurred-background",)),
    ("input-cursor-foreground", ("input-cursor-background",)),
    ("input-selection-foreground", ("input-selection-background",)),
    ("button-foreground", ("surface", "panel")),
    ("bar-foreground", ("bar-background",)),
)
"""Which colours stand on which; screens use no other pairs."""


def theme_name(theme: Theme) -> str:
    """The name under which Textual knows a theme of ours."""
    return f"synthdial-{theme}"


def after(theme: Theme) -> Theme:
    """The theme that comes next when a key goes through them."""
    return THEMES[(THEMES.index(theme) + 1) % len(THEMES)]


def _theme(
    theme: Theme,
    *,
    dark: bool,
    background: str,
    surface: str,
    panel: str,
    foreground: str,
    muted: str,
    primary: str,
    accent: str,
    cursor: tuple[str, str],
    blurred: tuple[str, str],
    doctor: str,
    patient: str,
    error: str,
    warning: str,
    success: str,
    bar: tuple[str, str],
) -> TextualTheme:
    """A theme; pairs are what is written and what it is written on."""
    return TextualTheme(
        name=theme_name(theme),
        primary=primary,
        secondary=primary,
        accent=accent,
        error=error,
        warning=warning,
        success=success,
        foreground=foreground,
        background=background,
        surface=surface,
        panel=panel,
        boost=surface,
        dark=dark,
        text_alpha=1.0,
        variables={
            "foreground-muted": muted,
            "foreground-disabled": muted,
            "text-primary": primary,
            "text-secondary": primary,
            "text-accent": accent,
            "text-error": error,
            "text-warning": warning,
            "text-success": success,
            "block-cursor-foreground": cursor[0],
            "block-cursor-background": cursor[1],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-foreground": blurred[0],
            "block-cursor-blurred-background": blurred[1],
            "block-hover-background": panel,
            "border": accent,
            "border-blurred": muted,
            "scrollbar": muted,
            "scrollbar-hover": foreground,
            "scrollbar-active": accent,
            "scrollbar-background": surface,
            "scrollbar-background-hover": surface,
            "scrollbar-background-active": surface,
            "scrollbar-corner-color": surface,
            "footer-foreground": foreground,
            "footer-background": panel,
            "footer-key-foreground": accent,
            "footer-description-foreground": foreground,
            "input-cursor-foreground": background,
            "input-cursor-background": foreground,
            "input-selection-foreground": blurred[0],
            "input-selection-background": blurred[1],
            "button-foreground": foreground,
            "button-color-foreground": background,
            "bar-foreground": bar[0],
            "bar-background": bar[1],
            "doctor": doctor,
            "patient": patient,
        },
    )


LOOKS: dict[Theme, TextualTheme] = {
    "dark": _theme(
        "dark",
        dark=True,
        background="#11161c",
        surface="#19212a",
        panel="#242f3b",
        foreground="#e4e9ee",
        muted="#9fadba",
        primary="#7fb7e8",
        accent="#f0b95c",
        cursor=("#0c1116", "#8cc4f2"),
        blurred=("#e4e9ee", "#2f4256"),
        doctor="#8cc4f2",
        patient="#a5d6a0",
        error="#ff9a8d",
        warning="#f0b95c",
        success="#8fd19e",
        bar=("#ffffff", "#1f4e79"),
    ),
    "light": _theme(
        "light",
        dark=False,
        background="#fbfaf7",
        surface="#f1efe9",
        panel="#e3e0d8",
        foreground="#1d242b",
        muted="#515c66",
        primary="#0b5394",
        accent="#7d3f00",
        cursor=("#ffffff", "#0b5394"),
        blurred=("#1d242b", "#d8e3ee"),
        doctor="#0b5394",
        patient="#20622e",
        error="#a3161f",
        warning="#7d3f00",
        success="#20622e",
        bar=("#ffffff", "#0b5394"),
    ),
    "contrast": _theme(
        "contrast",
        dark=True,
        background="#000000",
        surface="#000000",
        panel="#000000",
        foreground="#ffffff",
        muted="#e0e0e0",
        primary="#7fd4ff",
        accent="#ffe14d",
        cursor=("#000000", "#ffe14d"),
        blurred=("#000000", "#ffffff"),
        doctor="#7fd4ff",
        patient="#8dff9c",
        error="#ffb3ab",
        warning="#ffe14d",
        success="#8dff9c",
        bar=("#000000", "#7fd4ff"),
    ),
}
"""The themes, by the name that the setting ``theme`` has."""
