"""Words that look like names and that de-identification left: names it did not know, or nobody's."""

from collections.abc import Iterable

from synthdial.dialogue import Dialogue
from synthdial.privacy.leakage.identifiers import Original
from synthdial.privacy.leakage.names import ordinary_words
from synthdial.privacy.leakage.tokens import tokens_of

_SHORTEST = 3


def names_left(dialogue: Dialogue, replacements: Iterable[str] = ()) -> tuple[Original, ...]:
    """Words with a capital inside a sentence, each once, but for everyday words, abbreviations and what was put in.

    To look for them in what a model writes costs little where they are a brand or a country, and finds the rare name
    that no list holds and nothing announces. Text in small letters has none.

    Parameters
    ----------
    dialogue : Dialogue
        A reference as it stands in a prompt.
    replacements : iterable of str
        What de-identification put in.
    """
    invented = {token.folded for turn in tokens_of(list(replacements)) for token in turn}
    found = dict.fromkeys(
        token.text
        for turn in tokens_of([turn.text for turn in dialogue.turns])
        for token in turn
        if token.capital
        and len(token.text) >= _SHORTEST
        and not _is_abbreviation(token.text)
        and token.folded not in invented
        and token.folded not in ordinary_words()
    )
    return tuple(Original(text, "name") for text in found)


def _is_abbreviation(word: str) -> bool:
    """Whether it has more capitals than a name: `HbA`, `ACE-remmer`."""
    first = word.partition("-")[0].removeprefix("IJ")  # the capital of a Dutch word that begins with this letter
    return any(letter.isupper() for letter in first[1:])
