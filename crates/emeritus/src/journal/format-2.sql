-- What format 2 adds to format 1: the journal states every write to itself, in one chain, and keeps count of it
-- outside of that chain. A page that lost some of its rows, or all of them, then does not fit any more.

-- Each write, in order: a text that says the whole row it leaves, and the hash that covers the one before it.
CREATE TABLE entry (
    number INTEGER PRIMARY KEY,
    what   TEXT NOT NULL,
    hash   TEXT NOT NULL
) STRICT;

-- How many entries there are and the hash of the last; how many rows the other tables have.
CREATE TABLE head (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    entries  INTEGER NOT NULL,
    hash     TEXT NOT NULL,
    runs     INTEGER NOT NULL,
    lessons  INTEGER NOT NULL,
    evidence INTEGER NOT NULL
) STRICT;

-- How many events a run has and the hash of the last; the entry that says this row.
ALTER TABLE run ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN head TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN entry INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lesson ADD COLUMN entry INTEGER NOT NULL DEFAULT 0;

-- The index: what is asked of all runs at once. It is made from the events, and can be made again. Its digest covers the
-- run's id and head, so it fits the last event and no other.
CREATE TABLE run_index (
    run    TEXT PRIMARY KEY REFERENCES run (id),
    row    TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The sums of the evidence files that were made of a run, as JSON; the latest of a folder counts.
CREATE TABLE evidence (
    run    TEXT NOT NULL REFERENCES run (id),
    folder TEXT NOT NULL,
    number INTEGER NOT NULL,
    files  TEXT NOT NULL,
    entry  INTEGER NOT NULL,
    PRIMARY KEY (run, folder, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER evidence_is_never_changed BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_is_never_removed BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER lesson_is_never_removed BEFORE DELETE ON lesson
BEGIN SELECT RAISE(ABORT, 'lessons are append-only'); END;
CREATE TRIGGER run_is_never_removed BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'runs are append-only'); END;

-- A release that knows format 1 only may have the file open still. What it writes would not be stated.
CREATE TRIGGER run_is_stated BEFORE INSERT ON run WHEN NEW.entry = 0
BEGIN SELECT RAISE(ABORT, 'an older release writes to this journal'); END;
CREATE TRIGGER run_is_stated_again BEFORE UPDATE ON run WHEN NEW.entry <= OLD.entry
BEGIN SELECT RAISE(ABORT, 'an older release writes to this journal'); END;
CREATE TRIGGER event_is_stated BEFORE INSERT ON event
WHEN NOT EXISTS (SELECT 1 FROM run WHERE id = NEW.run AND events = NEW.sequence AND head = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'an older release writes to this journal'); END;
CREATE TRIGGER lesson_is_stated BEFORE INSERT ON lesson WHEN NEW.entry = 0
BEGIN SELECT RAISE(ABORT, 'an older release writes to this journal'); END;

UPDATE meta SET value = '2' WHERE name = 'format';
