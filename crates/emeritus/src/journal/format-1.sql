-- Format 1. Append-only: the triggers make a mistake of ours an error instead of a loss.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE run (
    id           TEXT PRIMARY KEY,
    organization TEXT NOT NULL,
    user         TEXT NOT NULL,
    -- Raised by every executor that takes the run over. An append under an older epoch is refused.
    epoch        INTEGER NOT NULL
) STRICT;

CREATE INDEX run_by_user ON run (organization, user);

CREATE TABLE event (
    run      TEXT NOT NULL REFERENCES run (id),
    sequence INTEGER NOT NULL,
    format   INTEGER NOT NULL,
    at       TEXT NOT NULL,
    body     TEXT NOT NULL,
    hash     TEXT NOT NULL,
    PRIMARY KEY (run, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

-- What an organization has taught us about the vendor, for example that a cut is refused while in a queue.
CREATE TABLE lesson (
    organization TEXT NOT NULL,
    name         TEXT NOT NULL,
    run          TEXT NOT NULL,
    at           TEXT NOT NULL,
    PRIMARY KEY (organization, name)
) STRICT;

INSERT INTO meta (name, value) VALUES ('format', '1');
