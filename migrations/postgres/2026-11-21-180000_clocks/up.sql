-- The clocks that run: one row for a game whose manager has until `due_at` to decide. The journal says so too; this is
-- for finding the games whose time has come, also where no host has them in memory.
CREATE TABLE deadlines (
    game_id     uuid        PRIMARY KEY REFERENCES games ON DELETE CASCADE,
    due_at      timestamptz NOT NULL,
    -- Up to when it was measured for how long nobody could play while the clock ran, and how long that was.
    measured_at timestamptz NOT NULL,
    unserved_ms bigint      NOT NULL CHECK (unserved_ms >= 0)
);

CREATE INDEX deadlines_due ON deadlines (due_at);

-- When each host was there, by the database's own clock: from one word of it to the last without a break. What lies
-- between is charged to nobody's clock.
CREATE TABLE host_uptimes (
    host_id  uuid        NOT NULL,
    from_at  timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    -- Within this time its next word was due.
    lull_ms  bigint      NOT NULL CHECK (lull_ms > 0),
    PRIMARY KEY (host_id, from_at)
);
