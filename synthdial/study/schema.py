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
)

VERSION = len(MIGRATIONS)
