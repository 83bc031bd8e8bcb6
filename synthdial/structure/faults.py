"""What is wrong with a turn: it repeats, runs in circles, leaves Dutch, holds markup, or ends inside a sentence."""

import re
from collections.abc import Sequence
from functools import cache

from synthdial._core.words import split_words
from synthdial.metrics import bundled_lexicon

SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*$")
INTERRUPTED = re.compile(r"(?:\.\.\.|…|[-–—])[\"'”’)]*$")
MARKUP = re.compile(r"[<>\[\]{}()|\\*_#=~^`@\n]|https?|www\.")
_NOT_LAST = (
    "de een en of maar want omdat doordat zodat hoewel terwijl als te mijn uw hun onze tot ten ter dr mevr mw dhr bijv"
)
NEVER_LAST = frozenset(_NOT_LAST.split())
"""Words after which no Dutch sentence ends; "het", "dat" and most prepositions can be last."""

NARRATOR = re.compile(r"(?:^|[.!?…] )(?:De patiënt\b|De arts \w+t\b|\d\. [A-Z])")
"""Somebody tells what happens in place of speaking."""

_WEAK = (
    "dat die dit deze het ik je jij u we wij ze zij hij ie er is zijn heb hebt heeft kan kunt moet wil wilt gaat ga "
    "was wordt werd bij met van voor naar op in aan door over uit om geen heel zo nog"
)
WEAK_LAST = NEVER_LAST | frozenset(_WEAK.split())
"""Words that a turn of a few words hardly ends with."""

REPEATED_FROM = 5
"""Shorter turns may come again: "Ja, precies." is no fault."""

CIRCLE = 12
"""Words over which a turn is seen to go round in a few of them; people hardly ever do."""

_DUTCH_FROM = 8
_LEAST_DUTCH = 0.15
_ENGLISH_WORDS = "the and you that this with for are have it what your from they not but to my be there"
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


def ends_open(text: str) -> bool:
    """Whether a turn ends in the middle of a sentence; an interruption that is written as one (``...``) is none."""
    if INTERRUPTED.search(text):
        return False
    words = split_words(text)
    return not SENTENCE_END.search(text) or not words or words[-1] in NEVER_LAST


def trigrams(words: Sequence[str]) -> set[tuple[str, ...]]:
    """The different runs of three words."""
    return {tuple(words[k : k + 3]) for k in range(len(words) - 2)}


def repeats(words: Sequence[str], earlier: set[tuple[str, ...]]) -> bool:
    """Whether a turn of five words or more says again what was said: four fifths of its trigrams were there before."""
    own = trigrams(words)
    return len(words) >= REPEATED_FROM and len(own & earlier) >= 0.8 * len(own)


def loops(words: Sequence[str]) -> bool:
    """Whether a turn runs in circles: a word four times in a row, or two to five words three times."""
    for size in range(1, 6):
        times = 4 if size == 1 else 3
        run = size * (times - 1)
        same = 0
        for k in range(size, len(words)):
            same = same + 1 if words[k] == words[k - size] else 0
            if same >= run:
                return True
    return False


def circles(words: Sequence[str]) -> bool:
    """Whether a turn goes round in a few words: half of twelve in a row, or fewer, are different ones."""
    return any(len(set(words[k : k + CIRCLE])) <= CIRCLE // 2 for k in range(len(words) - CIRCLE + 1))


@cache
def _function_words() -> frozenset[str]:
    return frozenset(words[0] for words, _ in bundled_lexicon("function_words").forms if len(words) == 1)


def leaves_dutch(words: Sequence[str]) -> bool:
    """Whether a turn of eight words or more is not Dutch: hardly a Dutch function word in it, or more English ones."""
    if len(words) < _DUTCH_FROM:
        return False
    dutch = sum(word in _function_words() for word in words)
    english = sum(word in _ENGLISH for word in words)
    return dutch < _LEAST_DUTCH * len(words) or english > dutch


def faults_of(text: str, earlier: set[tuple[str, ...]]) -> tuple[str, ...]:
    """Everything that is wrong with a turn, as names; ``earlier`` are the trigrams of the turns before."""
    words = split_words(text)
    found = {
        "repeats": repeats(words, earlier),
        "loops": loops(words) or circles(words),
        "not Dutch": leaves_dutch(words),
        "markup": bool(MARKUP.search(text)),
        "narrator": bool(NARRATOR.search(text)),
        "open": ends_open(text),
    }
    return tuple(name for name, is_so in found.items() if is_so)
