-- The hosts that play games on this database. Each says again and again, by the database's own clock, that it
-- lives; one that has said nothing for `lease_ms` counts as dead, and others may take its games.
CREATE TABLE hosts (
    id           uuid        PRIMARY KEY,
    -- The data directory it runs on. A host that starts there has proved that the one before it has ended.
    installation uuid        NOT NULL,
    -- Where clients reach it; null where nobody told it.
    public_url   text,
    started_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    lease_ms     bigint      NOT NULL CHECK (lease_ms > 0),
    -- It is about to stop: its games may be taken at once.
    draining     boolean     NOT NULL
);

-- Null: nobody owns the game, whoever is asked for it may take it.
ALTER TABLE games ALTER COLUMN owner DROP NOT NULL;
