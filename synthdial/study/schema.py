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
    # reviews are only ever added to, so that those of several machines can be put together; anchors are no dialogues:
    # nothing that exports or measures dialogues knows of them
    (
        "CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "INSERT INTO facts VALUES ('id', lower(hex(randomblob(16)))), ('secret', lower(hex(randomblob(32))))",
        "CREATE TABLE rubrics (digest TEXT NOT NULL UNIQUE, content TEXT NOT NULL)",
        """CREATE TABLE raters (
            name TEXT NOT NULL UNIQUE,
            role TEXT NOT NULL,
            rubric TEXT NOT NULL REFERENCES rubrics (digest),
            seed INTEGER NOT NULL,
            since TEXT NOT NULL
        )""",
        """CREATE TABLE review_order (
            rater TEXT NOT NULL REFERENCES raters (name),
            position INTEGER NOT NULL,
            item TEXT NOT NULL,
            PRIMARY KEY (rater, position)
        ) WITHOUT ROWID""",
        """CREATE TABLE review_events (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            at TEXT NOT NULL,
            rater TEXT NOT NULL REFERENCES raters (name),
            item TEXT NOT NULL,
            kind TEXT NOT NULL,
            content TEXT NOT NULL
        )""",
        "CREATE INDEX review_events_of_item ON review_events (rater, item)",
        """CREATE TRIGGER review_events_stay BEFORE DELETE ON review_events
            BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END""",
        """CREATE TRIGGER review_events_stay_the_same BEFORE UPDATE ON review_events
            BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END""",
        """CREATE TABLE anchors (
            id TEXT NOT NULL UNIQUE,
            source TEXT NOT NULL CHECK (source IN ('bundled', 'de-identified'))
        )""",
        """CREATE TABLE anchor_turns (
            anchor TEXT NOT NULL REFERENCES anchors (id),
            position INTEGER NOT NULL,
            speaker TEXT NOT NULL CHECK (speaker IN ('Arts', 'Patiënt')),
            text TEXT NOT NULL,
            PRIMARY KEY (anchor, position)
        ) WITHOUT ROWID""",
    ),
    # the log is chained: each entry holds the hash of the one before. What was decided stands in it and nowhere else:
    # a decision could otherwise be changed behind its back
    (
        """CREATE TABLE log (
            seq INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            version TEXT NOT NULL,
            detail TEXT NOT NULL,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL
        )""",
        "CREATE INDEX log_of_action ON log (action)",
        """CREATE TRIGGER log_stays BEFORE DELETE ON log
            BEGIN SELECT RAISE(ABORT, 'entries are only ever added'); END""",
        """CREATE TRIGGER log_stays_the_same BEFORE UPDATE ON log
            BEGIN SELECT RAISE(ABORT, 'entries are only ever added'); END""",
        """CREATE TRIGGER log_goes_on BEFORE INSERT ON log
            WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM log)
            BEGIN SELECT RAISE(ABORT, 'entries are only added at the end'); END""",
        """CREATE TABLE checks (
            seq INTEGER PRIMARY KEY,
            dialogue TEXT NOT NULL,
            digest TEXT NOT NULL,
            passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
            figures TEXT NOT NULL,
            findings TEXT NOT NULL,
            thresholds TEXT NOT NULL,
            refs TEXT NOT NULL,
            version TEXT NOT NULL,
            at TEXT NOT NULL
        )""",
        "CREATE INDEX checks_of_dialogue ON checks (dialogue)",
        """CREATE TRIGGER checks_stay BEFORE DELETE ON checks
            BEGIN SELECT RAISE(ABORT, 'checks are only ever added'); END""",
        """CREATE TRIGGER checks_stay_the_same BEFORE UPDATE ON checks
            BEGIN SELECT RAISE(ABORT, 'checks are only ever added'); END""",
        # keyed hashes: what a person marked as missed cannot be read from them
        """CREATE TABLE missed (
            mark TEXT NOT NULL,
            words INTEGER NOT NULL,
            kind TEXT NOT NULL,
            PRIMARY KEY (mark, words, kind)
        ) WITHOUT ROWID""",
    ),
)

VERSION = len(MIGRATIONS)

WITH_CANDIDATES = 2
"""The first version that has candidates; a study is read without being migrated, so readers must ask."""

WITH_REVIEWS = 3
"""The first version that has reviews, anchors, and an id."""

WITH_LOG = 4
"""The first version that has a log, checks, and what was missed in references."""
