"""Tables of a study file. Each migration leads from one version to the next; none is ever changed."""

APPLICATION_ID = 0x5344_4531  # "SDE1"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE recipes (id TEXT NOT NULL UNIQUE, content TEXT NOT NULL)",
        """CREATE TABLE dialogues (
            id TEXT NOT NULL UNIQUE,
            recipe TEXT NOT NULL REFERENCES recipes (id),
            number INTEGER NOT NULL,
            words INTEGER NOT NULL,
            provenance TEXT NOT NULL,
            UNIQUE (recipe, number)
        )""",
        """CREATE TABLE turns (
            dialogue TEXT NOT NULL REFERENCES dialogues (id),
            position INTEGER NOT NULL,
            speaker TEXT NOT NULL CHECK (speaker IN ('Arts', 'Patiënt')),
            text TEXT NOT NULL,
            PRIMARY KEY (dialogue, position)
        ) WITHOUT ROWID""",
    ),
    # candidates stand apart until one is kept, so that whatever reads dialogues reads kept ones only
    (
        "ALTER TABLE dialogues ADD COLUMN candidate INTEGER NOT NULL DEFAULT 1",
        """CREATE TABLE candidates (
            id TEXT NOT NULL UNIQUE,
            recipe TEXT NOT NULL REFERENCES recipes (id),
            number INTEGER NOT NULL,
            candidate INTEGER NOT NULL,
            words INTEGER NOT NULL,
            provenance TEXT NOT NULL,
            UNIQUE (recipe, number, candidate)
        )""",
        """CREATE TABLE candidate_turns (
            dialogue TEXT NOT NULL REFERENCES candidates (id),
            position INTEGER NOT NULL,
            speaker TEXT NOT NULL CHECK (speaker IN ('Arts', 'Patiënt')),
            text TEXT NOT NULL,
            PRIMARY KEY (dialogue, position)
        ) WITHOUT ROWID""",
    ),
)

VERSION = len(MIGRATIONS)

WITH_CANDIDATES = 2
"""The first version that has candidates; a study is read without being migrated, so readers must ask."""
