-- The clocks that run: one row for a game whose manager has until `due_at` to decide. The journal says so too; this is
-- for finding the games whose time has come, also where the host does not have them in memory.
CREATE TABLE deadlines (
    game_id     blob    NOT NULL PRIMARY KEY REFERENCES games ON DELETE CASCADE,
    due_at      text    NOT NULL,
    -- Up to when it was measured for how long nobody could play while the clock ran, and how long that was.
    measured_at text    NOT NULL,
    unserved_ms integer NOT NULL CHECK (unserved_ms >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX deadlines_due ON deadlines (due_at);

-- When each host was there, by the database's own clock: from one word of it to the last without a break. What lies
-- between is charged to nobody's clock.
CREATE TABLE host_uptimes (
    host_id  blob NOT NULL CHECK (length(host_id) = 16),
    from_at  text NOT NULL,
    until_at text NOT NULL,
    -- Within this time its next word was due.
    lull_ms  integer NOT NULL CHECK (lull_ms > 0),
    PRIMARY KEY (host_id, from_at)
) STRICT, WITHOUT ROWID;
