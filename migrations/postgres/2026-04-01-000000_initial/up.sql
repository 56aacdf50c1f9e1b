-- The durable record of all games, on PostgreSQL 15 or newer. The SQLite migration of the same name
-- declares the same tables; a test compares the two.
--
-- Everything that belongs to one game goes with it (ON DELETE CASCADE). Ids inside a game are numbered by
-- the engine, so keys are (game_id, n), nothing waits for a generated key, and foreign keys are composite:
-- a play cannot name a player of another game.

CREATE TABLE games (
    id                uuid        PRIMARY KEY,
    league_id         text        NOT NULL CHECK (league_id IN ('sba', 'pd')),
    home_team_id      integer     NOT NULL,
    away_team_id      integer     NOT NULL,
    status            text        NOT NULL CHECK (status IN ('pending', 'active', 'paused', 'completed')),
    game_mode         text        NOT NULL CHECK (game_mode IN ('league', 'exhibition', 'practice')),
    visibility        text        NOT NULL CHECK (visibility IN ('public', 'private')),
    current_inning    smallint    NOT NULL CHECK (current_inning >= 0),
    current_half      text        NOT NULL CHECK (current_half IN ('top', 'bottom')),
    home_score        integer     NOT NULL CHECK (home_score >= 0),
    away_score        integer     NOT NULL CHECK (away_score >= 0),
    home_team_is_ai   boolean     NOT NULL,
    away_team_is_ai   boolean     NOT NULL,
    ai_difficulty     text        NOT NULL CHECK (ai_difficulty IN ('easy', 'medium', 'hard')),
    created_at        timestamptz NOT NULL,
    started_at        timestamptz,
    completed_at      timestamptz,
    winner_team_id    integer,
    game_metadata     jsonb       NOT NULL,
    -- Who may append: the term of ownership, raised by every host that takes the game over. Every append
    -- compares it in its own transaction, so two hosts on one database cannot both own a game.
    epoch             bigint      NOT NULL CHECK (epoch >= 1),
    owner             uuid        NOT NULL,
    -- A game that kept failing: readable, not played, until the operator releases it.
    quarantined_at    timestamptz,
    quarantine_reason text,
    CONSTRAINT games_winner_played CHECK (winner_team_id IN (home_team_id, away_team_id)),
    CONSTRAINT games_quarantine_explained CHECK ((quarantined_at IS NULL) = (quarantine_reason IS NULL))
) WITH (fillfactor = 85); -- scores change with most plays: leave room for the new version on the same page

CREATE INDEX games_newest ON games (created_at DESC, id DESC);
CREATE INDEX games_by_status ON games (status, created_at DESC, id DESC);
CREATE INDEX games_by_home_team ON games (home_team_id, created_at DESC, id DESC);
CREATE INDEX games_by_away_team ON games (away_team_id, created_at DESC, id DESC);

-- The secret behind a game's dice, apart from everything that is ever shown.
CREATE TABLE game_secrets (
    game_id   uuid  PRIMARY KEY REFERENCES games ON DELETE CASCADE,
    dice_seed bytea NOT NULL CHECK (octet_length(dice_seed) = 32)
);

-- The truth: one row per accepted command, with the events it led to. All other tables of a game are
-- read models of this one, written in the same transaction.
CREATE TABLE journal (
    game_id     uuid        NOT NULL REFERENCES games ON DELETE CASCADE,
    seq         bigint      NOT NULL CHECK (seq >= 1),
    epoch       bigint      NOT NULL CHECK (epoch >= 1),
    command_id  uuid        NOT NULL,
    issuer      text        NOT NULL CHECK (issuer IN ('away', 'home', 'operator', 'host')),
    command     jsonb       NOT NULL,
    events      jsonb       NOT NULL,
    recorded_at timestamptz NOT NULL,
    hash        bytea       NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (game_id, seq),
    -- A command has effect once, also when it is sent again after a crash or to another host.
    CONSTRAINT journal_command_once UNIQUE (game_id, command_id)
);

CREATE TABLE seats (
    game_id    uuid        NOT NULL REFERENCES games ON DELETE CASCADE,
    side       text        NOT NULL CHECK (side IN ('away', 'home')),
    user_id    uuid        NOT NULL,
    user_name  text        NOT NULL,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (game_id, side)
);

CREATE INDEX seats_by_user ON seats (user_id, game_id);

-- One to one with a game: who is connected, and the state at some entry, from which recovery goes on.
CREATE TABLE game_sessions (
    game_id         uuid        PRIMARY KEY REFERENCES games ON DELETE CASCADE,
    connected_users jsonb       NOT NULL,
    last_action_at  timestamptz NOT NULL,
    state_snapshot  jsonb,
    snapshot_seq    bigint,
    CONSTRAINT game_sessions_snapshot_numbered CHECK ((state_snapshot IS NULL) = (snapshot_seq IS NULL))
) WITH (fillfactor = 85);

-- Cards as they were when a game pinned them, addressed by the SHA-256 of their canonical JSON: a thousand
-- games with the same card share one row, and a card that the league changes later is another row.
CREATE TABLE cards (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    card jsonb NOT NULL
);

-- Who is eligible in a game, with the card pinned for it.
CREATE TABLE roster_links (
    game_id   uuid    NOT NULL REFERENCES games ON DELETE CASCADE,
    id        integer NOT NULL CHECK (id >= 1),
    team_id   integer NOT NULL,
    card_id   integer,
    player_id integer,
    card_hash bytea   NOT NULL REFERENCES cards,
    PRIMARY KEY (game_id, id),
    CONSTRAINT roster_links_card_xor_player CHECK ((card_id IS NULL) <> (player_id IS NULL)),
    CONSTRAINT roster_links_card_once UNIQUE (game_id, card_id),
    CONSTRAINT roster_links_player_once UNIQUE (game_id, player_id)
);

-- The cardsets a PD game is played with: 1 is the primary one, 2 and more are backups.
CREATE TABLE game_cardset_links (
    game_id    uuid     NOT NULL REFERENCES games ON DELETE CASCADE,
    cardset_id integer  NOT NULL,
    priority   smallint NOT NULL CHECK (priority >= 1),
    PRIMARY KEY (game_id, cardset_id)
);

CREATE TABLE lineups (
    game_id         uuid     NOT NULL REFERENCES games ON DELETE CASCADE,
    lineup_id       integer  NOT NULL CHECK (lineup_id >= 1),
    team_id         integer  NOT NULL,
    card_id         integer,
    player_id       integer,
    "position"      text     NOT NULL
        CHECK ("position" IN ('P', 'C', '1B', '2B', '3B', 'SS', 'LF', 'CF', 'RF', 'DH')),
    batting_order   smallint CHECK (batting_order BETWEEN 1 AND 9),
    is_starter      boolean  NOT NULL,
    is_active       boolean  NOT NULL,
    entered_inning  smallint NOT NULL CHECK (entered_inning >= 0),
    replacing_id    integer,
    after_play      integer,
    is_fatigued     boolean  NOT NULL,
    lineup_metadata jsonb    NOT NULL,
    PRIMARY KEY (game_id, lineup_id),
    CONSTRAINT lineups_card_xor_player CHECK ((card_id IS NULL) <> (player_id IS NULL)),
    FOREIGN KEY (game_id, replacing_id) REFERENCES lineups (game_id, lineup_id)
);

CREATE TABLE plays (
    game_id            uuid     NOT NULL REFERENCES games ON DELETE CASCADE,
    play_number        integer  NOT NULL CHECK (play_number >= 1),
    -- the situation before it
    inning             smallint NOT NULL CHECK (inning >= 1),
    half               text     NOT NULL CHECK (half IN ('top', 'bottom')),
    outs_before        smallint NOT NULL CHECK (outs_before BETWEEN 0 AND 2),
    batting_order      smallint NOT NULL CHECK (batting_order BETWEEN 1 AND 9),
    away_score         integer  NOT NULL CHECK (away_score >= 0),
    home_score         integer  NOT NULL CHECK (home_score >= 0),
    on_base_code       smallint NOT NULL CHECK (on_base_code BETWEEN 0 AND 7),
    -- who
    batter_id          integer  NOT NULL,
    pitcher_id         integer  NOT NULL,
    catcher_id         integer,
    defender_id        integer,
    runner_id          integer,
    on_first_id        integer,
    on_second_id       integer,
    on_third_id        integer,
    -- where they ended: a base, 4 is home, none is out
    on_first_final     smallint CHECK (on_first_final BETWEEN 1 AND 4),
    on_second_final    smallint CHECK (on_second_final BETWEEN 1 AND 4),
    on_third_final     smallint CHECK (on_third_final BETWEEN 1 AND 4),
    batter_final       smallint CHECK (batter_final BETWEEN 1 AND 4),
    -- decisions
    defensive_choices  jsonb    NOT NULL,
    offensive_choices  jsonb    NOT NULL,
    -- result
    dice_roll          text,
    hit_type           text     NOT NULL,
    result_description text     NOT NULL,
    outs_recorded      smallint NOT NULL CHECK (outs_recorded BETWEEN 0 AND 3),
    runs_scored        smallint NOT NULL CHECK (runs_scored BETWEEN 0 AND 4),
    check_pos          text
        CHECK (check_pos IN ('P', 'C', '1B', '2B', '3B', 'SS', 'LF', 'CF', 'RF', 'DH')),
    error              smallint NOT NULL,
    -- batting
    pa                 smallint NOT NULL,
    ab                 smallint NOT NULL,
    hit                smallint NOT NULL,
    double             smallint NOT NULL,
    triple             smallint NOT NULL,
    homerun            smallint NOT NULL,
    bb                 smallint NOT NULL,
    so                 smallint NOT NULL,
    hbp                smallint NOT NULL,
    rbi                smallint NOT NULL,
    sac                smallint NOT NULL,
    ibb                smallint NOT NULL,
    gidp               smallint NOT NULL,
    -- running
    sb                 smallint NOT NULL,
    cs                 smallint NOT NULL,
    -- pitching; run and e_run come to the row with which the scoring runner reached base, that of a placed
    -- runner to the half inning's first
    wild_pitch         smallint NOT NULL,
    passed_ball        smallint NOT NULL,
    pick_off           smallint NOT NULL,
    balk               smallint NOT NULL,
    run                smallint NOT NULL CHECK (run >= 0),
    e_run              smallint NOT NULL,
    -- ballpark
    bphr               smallint NOT NULL,
    bpfo               smallint NOT NULL,
    bp1b               smallint NOT NULL,
    bplo               smallint NOT NULL,
    -- value
    wpa                double precision NOT NULL,
    re24               double precision NOT NULL,
    -- flags
    is_tied            boolean  NOT NULL,
    is_go_ahead        boolean  NOT NULL,
    is_new_inning      boolean  NOT NULL,
    in_pow             boolean  NOT NULL,
    complete           boolean  NOT NULL,
    locked             boolean  NOT NULL,
    play_metadata      jsonb    NOT NULL,
    PRIMARY KEY (game_id, play_number),
    CONSTRAINT plays_earned_is_run CHECK (e_run BETWEEN 0 AND run),
    FOREIGN KEY (game_id, batter_id) REFERENCES lineups (game_id, lineup_id),
    FOREIGN KEY (game_id, pitcher_id) REFERENCES lineups (game_id, lineup_id),
    FOREIGN KEY (game_id, catcher_id) REFERENCES lineups (game_id, lineup_id),
    FOREIGN KEY (game_id, defender_id) REFERENCES lineups (game_id, lineup_id),
    FOREIGN KEY (game_id, runner_id) REFERENCES lineups (game_id, lineup_id),
    FOREIGN KEY (game_id, on_first_id) REFERENCES lineups (game_id, lineup_id),
    FOREIGN KEY (game_id, on_second_id) REFERENCES lineups (game_id, lineup_id),
    FOREIGN KEY (game_id, on_third_id) REFERENCES lineups (game_id, lineup_id)
) WITH (fillfactor = 85); -- each row is touched again: by the lock of the next play, by a run

-- Every die that was thrown, for audit and analytics.
CREATE TABLE rolls (
    game_id     uuid        NOT NULL REFERENCES games ON DELETE CASCADE,
    roll_id     integer     NOT NULL CHECK (roll_id >= 1),
    roll_type   text        NOT NULL CHECK (roll_type IN ('ab', 'jump', 'fielding', 'd20', 'injury')),
    league_id   text        NOT NULL CHECK (league_id IN ('sba', 'pd')),
    team_id     integer     NOT NULL,
    player_id   integer,
    -- The play it was thrown for: a rollback to play N takes the rolls of later plays away.
    play_number integer     NOT NULL CHECK (play_number >= 1),
    roll_data   jsonb       NOT NULL,
    context     jsonb       NOT NULL,
    "timestamp" timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (game_id, roll_id),
    FOREIGN KEY (game_id, player_id) REFERENCES lineups (game_id, lineup_id)
);
