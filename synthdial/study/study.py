"""The study: one SQLite file that holds everything about one corpus.

It survives a crash at any moment: a dialogue is on the disk before it is reported. Only its owner may read it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synthdial.dialogue import Dialogue, Turn
from synthdial.errors import SynthdialError
from synthdial.study.audit import AuditLog
from synthdial.study.checks import Check, Checks
from synthdial.study.file import StudyFile
from synthdial.study.recipe import Recipe
from synthdial.study.reviews import Reviews
from synthdial.study.texts import adopt, text_digest


@dataclass(frozen=True)
class Candidate:
    """One of several dialogues of which one was kept, or will be.

    Attributes
    ----------
    candidate : int
        Which, from 1.
    kept : bool
        Whether it is the study's dialogue.
    dialogue : Dialogue
        Its text and provenance.
    """

    candidate: int
    kept: bool
    dialogue: Dialogue


class Study(StudyFile):
    """A study file, open; a context manager.

    Parameters
    ----------
    path : Path
        The file.
    create : bool
        Make it where it is not there.
    read_only : bool
        Write nothing; works on a medium that cannot be written.
    passphrase : str, optional
        Encrypt a study that is made now. One that is encrypted asks for its own, see `synthdial.passphrase`.

    Raises
    ------
    SynthdialError
        When it is no study, is newer than this program, or cannot be opened.
    """

    def _begin_log(self, version: int) -> None:
        log = AuditLog(self)
        log.append("created", {"format": version} if version else {})
        adopt(self, log)

    def add_recipe(self, recipe: Recipe, imported: Mapping[str, Any] | None = None) -> None:
        """Note a recipe, if it is not there.

        Parameters
        ----------
        recipe : Recipe
            It.
        imported : mapping, optional
            What the log shall say of the references in its prompt, the first time.

        Raises
        ------
        SynthdialError
            When the file is a task: what there is to read in it is settled.
        """
        if Reviews(self).is_task:
            raise SynthdialError(f"{self.path} is a task for a rater, not a study.", "Give the study it was made from.")
        with self._writing():
            added = self._db.execute(
                "INSERT OR IGNORE INTO recipes (id, content) VALUES (?, ?)",
                (recipe.id, json.dumps(recipe.as_dict(), ensure_ascii=False)),
            )
            if imported is not None:
                detail = {"recipe": recipe.id, **imported}
                # told again where less is known of the references than before
                if added.rowcount or not any(e.details == detail for e in AuditLog(self).entries("imported")):
                    AuditLog(self).append("imported", detail)

    def recipes(self) -> dict[str, dict[str, Any]]:
        """All recipes by id, as plain values, in the order they were first used."""
        rows = self._rows("SELECT id, content FROM recipes ORDER BY rowid")
        return {key: self._table(content) for key, content in rows}

    def add_dialogue(self, recipe: Recipe, number: int, dialogue: Dialogue, check: Check | None = None) -> None:
        """Store a dialogue and its check; both are on the disk, and in the log, when this returns.

        Raises
        ------
        SynthdialError
            When the disk is full, the study is locked, or the dialogue is there already.
        """
        self._insert("dialogues", "turns", recipe, number, 1, dialogue, check)

    def _insert(
        self,
        table: str,
        turns: str,
        recipe: Recipe,
        number: int,
        candidate: int,
        dialogue: Dialogue,
        check: Check | None,
    ) -> None:
        provenance = json.dumps(dict(dialogue.provenance), ensure_ascii=False)
        with self._writing():
            self._db.execute(
                f"INSERT INTO {table} (id, recipe, number, candidate, words, provenance) VALUES (?, ?, ?, ?, ?, ?)",
                (dialogue.id, recipe.id, number, candidate, dialogue.words, provenance),
            )
            self._db.executemany(
                f"INSERT INTO {turns} (dialogue, position, speaker, text) VALUES (?, ?, ?, ?)",
                [(dialogue.id, i, str(turn.speaker), turn.text) for i, turn in enumerate(dialogue.turns)],
            )
            detail = {
                "dialogue": dialogue.id,
                "sha256": text_digest(dialogue.id, recipe.id, number, candidate, provenance, dialogue.turns),
                "recipe": recipe.id,
            }
            AuditLog(self).append("generated", detail if table == "dialogues" else detail | {"candidate": candidate})
            if check is not None:
                Checks(self).add(dialogue.id, dialogue.turns, check)

    def add_check(self, dialogue: Dialogue, check: Check) -> None:
        """Store a check of a dialogue that is there; it is on the disk, and in the log, when this returns."""
        with self._writing():
            Checks(self).add(dialogue.id, dialogue.turns, check)

    def check_of(self, dialogue: str) -> Check | None:
        """The last check of a dialogue or a candidate, with what was found; None where there was none."""
        return Checks(self).of(dialogue)

    def quarantined(self) -> set[str]:
        """The ids of all dialogues and candidates whose last check was not passed, and that nobody released."""
        return {key for key, sound in Checks(self).outcomes().items() if not sound}

    def add_candidate(
        self, recipe: Recipe, number: int, candidate: int, dialogue: Dialogue, check: Check | None = None
    ) -> None:
        """Store one of several candidates of a dialogue; it is on the disk when this returns.

        It is no dialogue of the study until it is kept: nothing but `candidates` and `undecided` tells of it.

        Raises
        ------
        SynthdialError
            When the disk is full, the study is locked, or the candidate is there already.
        """
        self._insert("candidates", "candidate_turns", recipe, number, candidate, dialogue, check)

    def keep(self, recipe: Recipe, number: int, candidate: int) -> None:
        """Make a candidate the study's dialogue of that number; the others stay candidates.

        The choice is made as a whole or not at all; it is on the disk when this returns.

        Raises
        ------
        SynthdialError
            When there is no such candidate, or one was kept before.
        """
        place, key = (recipe.id, number, candidate), recipe.dialogue_id(number)
        own = "recipe = ? AND number = ? AND candidate = ?"
        theirs = f"dialogue = (SELECT id FROM candidates WHERE {own})"
        with self._writing():
            before = self._rows(f"SELECT id, provenance FROM candidates WHERE {own}", *place)
            was, provenance = next(before, ("", "{}"))
            moved = self._db.execute(
                "INSERT INTO dialogues (id, recipe, number, candidate, words, provenance) "
                f"SELECT ?, recipe, number, candidate, words, provenance FROM candidates WHERE {own}",
                (key, *place),
            )
            if not moved.rowcount:
                raise SynthdialError(f"The study {self.path} holds no candidate {candidate} of the dialogue {key}.")
            self._db.execute(
                "INSERT INTO turns (dialogue, position, speaker, text) "
                f"SELECT ?, position, speaker, text FROM candidate_turns WHERE {theirs}",
                (key, *place),
            )
            self._db.execute(f"DELETE FROM candidate_turns WHERE {theirs}", place)
            self._db.execute(f"DELETE FROM candidates WHERE {own}", place)
            turns = self._read("turns", key, provenance).turns
            digest = text_digest(key, recipe.id, number, candidate, provenance, turns)
            AuditLog(self).append("kept", {"dialogue": key, "sha256": digest, "was": was})
            if (check := Checks(self).of(was)) is not None:
                Checks(self).add(key, turns, check)

    def candidates(self, recipe: Recipe, number: int) -> list[Candidate]:
        """All candidates of a recipe's dialogue in their order, the kept one among them."""
        return self._candidates(recipe.id, number)

    def candidates_of(self, dialogue: Dialogue) -> list[Candidate]:
        """All candidates of a dialogue of this study; itself alone where there was no choice."""
        ((recipe, number),) = self._rows("SELECT recipe, number FROM dialogues WHERE id = ?", dialogue.id)
        return self._candidates(recipe, number) or [Candidate(1, True, dialogue)]

    def _candidates(self, recipe: str, number: int) -> list[Candidate]:
        if not self._has_candidates:
            return []
        query = (
            "SELECT candidate, 1, id, provenance FROM dialogues WHERE recipe = ?1 AND number = ?2 UNION ALL "
            "SELECT candidate, 0, id, provenance FROM candidates WHERE recipe = ?1 AND number = ?2 ORDER BY 1"
        )
        return [
            Candidate(candidate, bool(kept), self._read("turns" if kept else "candidate_turns", key, provenance))
            for candidate, kept, key, provenance in self._rows(query, recipe, number)
        ]

    def undecided(self, recipe: Recipe) -> dict[int, set[int]]:
        """By number, the candidates that are stored of those dialogues of a recipe of which none is kept yet."""
        query = (
            "SELECT number, candidate FROM candidates WHERE recipe = ?1 "
            "AND number NOT IN (SELECT number FROM dialogues WHERE recipe = ?1)"
        )
        found: dict[int, set[int]] = {}
        for number, candidate in self._rows(query, recipe.id) if self._has_candidates else ():
            found.setdefault(number, set()).add(candidate)
        return found

    def numbers(self, recipe: Recipe) -> set[int]:
        """Numbers of the dialogues of a recipe that are stored."""
        return {number for (number,) in self._rows("SELECT number FROM dialogues WHERE recipe = ?", recipe.id)}

    def __len__(self) -> int:
        return int(next(self._rows("SELECT count(*) FROM dialogues"))[0])

    def dialogues(self) -> Iterator[Dialogue]:
        """All dialogues, in the order of their recipes and numbers, read as they are asked for."""
        query = (
            "SELECT d.id, d.provenance, t.speaker, t.text FROM dialogues d JOIN recipes r ON r.id = d.recipe "
            "LEFT JOIN turns t ON t.dialogue = d.id ORDER BY r.rowid, d.number, t.position"
        )
        current: tuple[str, str] | None = None
        turns: list[Turn] = []
        for key, provenance, speaker, text in self._rows(query):
            if current is not None and current[0] != key:
                yield Dialogue(current[0], tuple(turns), self._table(current[1]))
                turns = []
            current = key, provenance
            if speaker is not None:
                turns.append(self._turn(speaker, text))
        if current is not None:
            yield Dialogue(current[0], tuple(turns), self._table(current[1]))

    def summaries(self) -> Iterator[dict[str, Any]]:
        """One line about each dialogue, without its text: id, turns, words, and what matters of its provenance."""
        query = (
            "SELECT d.id, (SELECT count(*) FROM turns t WHERE t.dialogue = d.id), d.words, d.provenance "
            "FROM dialogues d JOIN recipes r ON r.id = d.recipe ORDER BY r.rowid, d.number"
        )
        kept = ("scenario", "preset", "model", "seed", "ended_by", "mean_log_probability", "date")
        for key, turns, words, provenance in self._rows(query):
            values = self._table(provenance)
            yield {"id": key, "turns": turns, "words": words, **{name: values.get(name) for name in kept}}

    def find(self, wanted: str) -> Dialogue:
        """The dialogue with an id, or whose id begins or ends with what is wanted.

        Raises
        ------
        SynthdialError
            When there is none, or more than one.
        """
        query = (
            "SELECT id, provenance FROM dialogues WHERE instr(id, ?1) = 1 OR substr(id, -length(?1)) = ?1 "
            "ORDER BY id = ?1 DESC, id LIMIT 6"
        )
        found = list(self._rows(query, wanted))
        if not found:
            raise SynthdialError(
                f"The study {self.path} holds no dialogue '{wanted}'.", f"See: synthdial-edge list {self.path}"
            )
        if len(found) > 1 and found[0][0] != wanted:
            names = ", ".join(key for key, _ in found[:5])
            raise SynthdialError(f"'{wanted}' fits more than one dialogue: {names}.", "Give more of the id.")
        key, provenance = found[0]
        return self._read("turns", key, provenance)
