"""A conversation of the training corpus: its scenario, where each phase begins, and what is said.

The files are plain transcripts, as the program reads them: the head, in lines that begin with ``#``, holds the
scenario, and a line ``# Fase: history | what happens | terms`` stands where a phase begins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from synthdial._core.words import count_words
from synthdial.dialogue import Dialogue
from synthdial.errors import SynthdialError
from synthdial.prompt.scenario import Phase, Scenario, ScenarioPhase
from synthdial.transcripts import read_transcript

CORPUS = Path(__file__).parent / "corpus"

_LINES = {"Titel": "title", "Vakgebied": "specialty", "Setting": "setting", "Aanleiding": "reason"}
_PEOPLE = {"De arts": "doctor", "De patiënt": "patient"}
_LISTS = ("Gegevens", "Weet niet", "Termen", "Feiten")
_ONCE = ("Nagelezen", "Herkomst", "Licentie")
_PHASE = "# Fase:"


@dataclass(frozen=True)
class Conversation:
    """A conversation with its scenario.

    Attributes
    ----------
    path : Path
        Its file.
    scenario : Scenario
        Made from the head; the shares of its phases are those that were spoken.
    dialogue : Dialogue
        What was said.
    begins : tuple of int
        For each phase, the index of its first utterance.
    facts : tuple of str
        Medical facts that it relies on.
    head : dict of str to str
        All lines of the head, by lower-case key.
    """

    path: Path
    scenario: Scenario
    dialogue: Dialogue
    begins: tuple[int, ...]
    facts: tuple[str, ...]
    head: dict[str, str]

    def phase_text(self, number: int) -> str:
        """What is said in a phase, from 0 on."""
        ends = (*self.begins[1:], len(self.dialogue.turns))
        return "\n".join(turn.text for turn in self.dialogue.turns[self.begins[number] : ends[number]])


def read_conversation(path: Path) -> Conversation:
    """Read a file of the corpus.

    Raises
    ------
    SynthdialError
        When its head lacks a line, or a phase, a term or an utterance cannot be read: the message names the file.
    """
    transcript = read_transcript(path)
    if transcript.problems:
        problem = transcript.problems[0]
        raise SynthdialError(f"{path}, line {problem.line}: {problem.reason}.")
    head = transcript.head
    missing = [key for key in (*_LINES, *_PEOPLE, *_LISTS, *_ONCE) if not head.get(key.casefold(), "").strip()]
    if missing:
        raise SynthdialError(f"{path} has no line '# {missing[0]}: ...' in its head.")
    terms: dict[str, tuple[str, ...]] = {}
    for line in head["termen"].splitlines():
        for entry in line.split(";"):
            term, *forms = (form.strip() for form in entry.split("|"))
            if term:
                terms[term] = tuple(forms)
    phases, begins = _phases(path, terms, transcript.dialogue)
    scenario = Scenario(
        name=path.stem,
        **{field: head[key.casefold()].strip() for key, field in (_LINES | _PEOPLE).items()},
        facts=tuple(head["gegevens"].splitlines()),
        patient_does_not_know=tuple(line.rstrip(".") for line in head["weet niet"].splitlines()),
        terms=terms,
        phases=phases,
        digest="",
    )
    return Conversation(path, scenario, transcript.dialogue, begins, tuple(head["feiten"].splitlines()), head)


def _phases(
    path: Path, terms: dict[str, tuple[str, ...]], dialogue: Dialogue
) -> tuple[tuple[ScenarioPhase, ...], tuple[int, ...]]:
    said, found = 0, []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(_PHASE):
            found.append((said, line.removeprefix(_PHASE)))
        elif line.strip() and not line.startswith("#"):
            said += 1
    begins = tuple(at for at, _ in found)
    if not found or begins[0] != 0 or len(set(begins)) < len(begins) or begins[-1] >= said:
        raise SynthdialError(f"{path}: a line '# Fase: ...' must stand before the first utterance of each phase.")
    if said != len(dialogue.turns):
        raise SynthdialError(f"{path}: each utterance must be one line with a label.")
    ends = (*begins[1:], said)
    words = [sum(count_words(turn.text) for turn in dialogue.turns[a:b]) for a, b in zip(begins, ends, strict=True)]
    phases = []
    for (_, text), count in zip(found, words, strict=True):
        name, happens, *due = (part.strip() for part in text.split("|"))
        if name not in list(Phase):
            raise SynthdialError(f"{path}: there is no phase '{name}'.", f"Phases are: {', '.join(Phase)}.")
        names = tuple(term.strip() for term in (due[0] if due else "").split(";") if term.strip())
        unknown = [term for term in names if term not in terms]
        if unknown:
            raise SynthdialError(f"{path}: the term '{unknown[0]}' of a phase is not in '# Termen:'.")
        phases.append(ScenarioPhase(Phase(name), count / max(1, sum(words)), happens, names))
    return tuple(phases), begins


def corpus_files(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and those in folders that are, in the order of their names."""
    return [file for path in paths for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])]


def read_corpus(paths: Iterable[Path] = (CORPUS,)) -> list[Conversation]:
    """All conversations of files and folders."""
    return [read_conversation(file) for file in corpus_files(paths)]
