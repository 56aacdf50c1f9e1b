-- The host that plays games on this file. A SQLite file has one host at a time, which holds a lock beside it; the
-- table is that of PostgreSQL, where there are several.
CREATE TABLE hosts (
    id           blob    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    -- The data directory it runs on. A host that starts there has proved that the one before it has ended.
    installation blob    NOT NULL CHECK (length(installation) = 16),
    -- Where clients reach it; null where nobody told it.
    public_url   text,
    started_at   text    NOT NULL,
    last_seen_at text    NOT NULL,
    lease_ms     integer NOT NULL CHECK (lease_ms > 0),
    -- It is about to stop: its games may be taken at once.
    draining     integer NOT NULL CHECK (draining IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Null: nobody owns the game, whoever is asked for it may take it.
ALTER TABLE games ALTER COLUMN owner DROP NOT NULL;
