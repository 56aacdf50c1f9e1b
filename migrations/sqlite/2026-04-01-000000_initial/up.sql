-- The durable record of all games, on SQLite. The PostgreSQL migration of the same name declares the same
-- tables; a test compares the two. SQLite has no types of its own for these: a UUID is 16 bytes, a time is
-- RFC 3339 text in UTC with microseconds (it sorts as text), JSON is text, a boolean is 0 or 1. STRICT
-- makes the database refuse anything else.
--
-- Small rows live in the tree of their key (WITHOUT ROWID); rows with long documents do not, because an
-- index tree of large rows becomes deep.
--
-- Everything that belongs to one game goes with it (ON DELETE CASCADE). Ids inside a game are numbered by
-- the engine, so keys are (game_id, n), nothing waits for a generated key, and foreign keys are composite:
-- a play cannot name a player of another game.

CREATE TABLE games (
    id                blob    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    league_id         text    NOT NULL CHECK (league_id IN ('sba', 'pd')),
    home_team_id      integer NOT NULL,
    away_team_id      integer NOT NULL,
    status            text    NOT NULL CHECK (status IN ('pending', 'active', 'paused', 'completed')),
    game_mode         text    NOT NULL CHECK (game_mode IN ('league', 'exhibition', 'practice')),
    visibility        text    NOT NULL CHECK (visibility IN ('public', 'private')),
    current_inning    integer NOT NULL CHECK (current_inning >= 0),
    current_half      text    NOT NULL CHECK (current_half IN ('top', 'bottom')),
    home_score        integer NOT NULL CHECK (home_score >= 0),
    away_score        integer NOT NULL CHECK (away_score >= 0),
    home_team_is_ai   integer NOT NULL CHECK (home_team_is_ai IN (0, 1)),
    away_team_is_ai   integer NOT NULL CHECK (away_team_is_ai IN (0, 1)),
    ai_difficulty     text    NOT NULL CHECK (ai_difficulty IN ('easy', 'medium', 'hard')),
    created_at        text    NOT NULL,
    started_at        text,
    completed_at      text,
    winner_team_id    integer,
    game_metadata     text    NOT NULL,
    -- Who may append: the term of ownership, raised by every host that takes the game over. Every append
    -- compares it in its own transaction, so two hosts on one database cannot both own a game.
    epoch             integer NOT NULL CHECK (epoch >= 1),
    owner             blob    NOT NULL,
    -- A game that kept failing: readable, not played, until the operator releases it.
    quarantined_at    text,
    quarantine_reason text,
    CONSTRAINT games_winner_played CHECK (winner_team_id IN (home_team_id, away_team_id)),
    CONSTRAINT games_quarantine_explained CHECK ((quarantined_at IS NULL) = (quarantine_reason IS NULL))
) STRICT;

CREATE INDEX games_newest ON games (created_at DESC, id DESC);
CREATE INDEX games_by_status ON games (status, created_at DESC, id DESC);
CREATE INDEX games_by_home_team ON games (home_team_id, created_at DESC, id DESC);
CREATE INDEX games_by_away_team ON games (away_team_id, created_at DESC, id DESC);

-- The secret behind a game's dice, apart from everything that is ever shown.
CREATE TABLE game_secrets (
    game_id   blob    NOT NULL PRIMARY KEY REFERENCES games (id) ON DELETE CASCADE,
    dice_seed blob    NOT NULL CHECK (length(dice_seed) = 32)
) STRICT, WITHOUT ROWID;

-- The truth: one row per accepted command, with the events it led to. All other tables of a game are
-- read models of this one, written in the same transaction.
CREATE TABLE journal (
    game_id     blob    NOT NULL REFERENCES games (id) ON DELETE CASCADE,
    seq         integer NOT NULL CHECK (seq >= 1),
    epoch       integer NOT NULL CHECK (epoch >= 1),
    command_id  blob    NOT NULL,
    issuer      text    NOT NULL CHECK (issuer IN ('away', 'home', 'operator', 'host')),
    command     text    NOT NULL,
    events      text    NOT NULL,
    recorded_at text    NOT NULL,
    hash        blob    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (game_id, seq),
    -- A command has effect once, also when it is sent again after a crash or to another host.
    CONSTRAINT journal_command_once UNIQUE (game_id, command_id)
) STRICT;

CREATE TABLE seats (
    game_id    blob    NOT NULL REFERENCES games (id) ON DELETE CASCADE,
    side       text    NOT NULL CHECK (side IN ('away', 'home')),
    user_id    blob    NOT NULL,
    user_name  text    NOT NULL,
    claimed_at text    NOT NULL,
    PRIMARY KEY (game_id, side)
) STRICT, WITHOUT ROWID;

CREATE INDEX seats_by_user ON seats (user_id, game_id);

-- One to one with a game: who is connected, and the state at some entry, from which recovery goes on.
CREATE TABLE game_sessions (
    game_id         blob    NOT NULL PRIMARY KEY REFERENCES games (id) ON DELETE CASCADE,
    connected_users text    NOT NULL,
    last_action_at  text    NOT NULL,
    state_snapshot  text,
    snapshot_seq    integer,
    CONSTRAINT game_sessions_snapshot_numbered CHECK ((state_snapshot IS NULL) = (snapshot_seq IS NULL))
) STRICT;

-- Cards as they were when a game pinned them, addressed by the SHA-256 of their canonical JSON: a thousand
-- games with the same card share one row, and a card that the league changes later is another row.
CREATE TABLE cards (
    hash blob    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    card text    NOT NULL
) STRICT;

-- Who is eligible in a game, with the card pinned for it.
CREATE TABLE roster_links (
    game_id   blob    NOT NULL REFERENCES games (id) ON DELETE CASCADE,
    id        integer NOT NULL CHECK (id >= 1),
    team_id   integer NOT NULL,
    card_id   integer,
    player_id integer,
    card_hash blob    NOT NULL REFERENCES cards (hash),
    PRIMARY KEY (game_id, id),
    CONSTRAINT roster_links_card_xor_player CHECK ((card_id IS NULL) <> (player_id IS NULL)),
    CONSTRAINT roster_links_card_once UNIQUE (game_id, card_id),
    CONSTRAINT roster_links_player_once UNIQUE (game_id, player_id)
) STRICT, WITHOUT ROWID;

-- The cardsets a PD game is played with: 1 is the primary one, 2 and more are backups.
CREATE TABLE game_cardset_links (
    game_id    blob    NOT NULL REFERENCES games (id) ON DELETE CASCADE,
    cardset_id integer NOT NULL,
    priority   integer NOT NULL CHECK (priority >= 1),
    PRIMARY KEY (game_id, cardset_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE lineups (
    game_id         blob    NOT NULL REFERENCES games (id) ON DELETE CASCADE,
    lineup_id       integer NOT NULL CHECK (lineup_id >= 1),
    team_id         integer NOT NULL,
    card_id         integer,
    player_id       integer,
    "position"      text    NOT NULL
        CHECK ("position" IN ('P', 'C', '1B', '2B', '3B', 'SS', 'LF', 'CF', 'RF', 'DH')),
    batting_order   integer CHECK (batting_order BETWEEN 1 AND 9),
    is_starter      integer NOT NULL CHECK (is_starter IN (0, 1)),
    is_active       integer NOT NULL CHECK (is_active IN (0, 1)),
    entered_inning  integer NOT NULL CHECK (entered_inning >= 0),
    replacing_id    integer,
    after_play      integer,
    is_fatigued     integer NOT NULL CHECK (is_fatigued IN (0, 1)),
    lineup_metadata text    NOT NULL,
    PRIMARY KEY (game_id, lineup_id),
    CONSTRAINT lineups_card_xor_player CHECK ((card_id IS NULL) <> (player_id IS NULL)),
    FOREIGN KEY (game_id, replacing_id) REFERENCES lineups (game_id, lineup_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE plays (
    game_id            blob    NOT NULL REFERENCES games (id) ON DELETE CASCADE,
    play_number        integer NOT NULL CHECK (play_number >= 1),
    -- the situation before it
    inning             integer NOT NULL CHECK (inning >= 1),
    half               text    NOT NULL CHECK (half IN ('top', 'bottom')),
    outs_before        integer NOT NULL CHECK (outs_before BETWEEN 0 AND 2),
    batting_order      integer NOT NULL CHECK (batting_order BETWEEN 1 AND 9),
    away_score         integer NOT NULL CHECK (away_score >= 0),
    home_score         integer NOT NULL CHECK (home_score >= 0),
    on_base_code       integer NOT NULL CHECK (on_base_code BETWEEN 0 AND 7),
    -- who
    batter_id          integer NOT NULL,
    pitcher_id         integer NOT NULL,
    catcher_id         integer,
    defender_id        integer,
    runner_id          integer,
    on_first_id        integer,
    on_second_id       integer,
    on_third_id        integer,
    -- where they ended: a base, 4 is home, none is out
    on_first_final     integer CHECK (on_first_final BETWEEN 1 AND 4),
    on_second_final    integer CHECK (on_second_final BETWEEN 1 AND 4),
    on_third_final     integer CHECK (on_third_final BETWEEN 1 AND 4),
    batter_final       integer CHECK (batter_final BETWEEN 1 AND 4),
    -- decisions
    defensive_choices  text    NOT NULL,
    offensive_choices  text    NOT NULL,
    -- result
    dice_roll          text,
    hit_type           text    NOT NULL,
    result_description text    NOT NULL,
    outs_recorded      integer NOT NULL CHECK (outs_recorded BETWEEN 0 AND 3),
    runs_scored        integer NOT NULL CHECK (runs_scored BETWEEN 0 AND 4),
    check_pos          text
        CHECK (check_pos IN ('P', 'C', '1B', '2B', '3B', 'SS', 'LF', 'CF', 'RF', 'DH')),
    error              integer NOT NULL,
    -- batting
    pa                 integer NOT NULL,
    ab                 integer NOT NULL,
    hit                integer NOT NULL,
    double             integer NOT NULL,
    triple             integer NOT NULL,
    homerun            integer NOT NULL,
    bb                 integer NOT NULL,
    so                 integer NOT NULL,
    hbp                integer NOT NULL,
    rbi                integer NOT NULL,
    sac                integer NOT NULL,
    ibb                integer NOT NULL,
    gidp               integer NOT NULL,
    -- running
    sb                 integer NOT NULL,
    cs                 integer NOT NULL,
    -- pitching; run and e_run come to the row with which the scoring runner reached base, that of a placed
    -- runner to the half inning's first
    wild_pitch         integer NOT NULL,
    passed_ball        integer NOT NULL,
    pick_off           integer NOT NULL,
    balk               integer NOT NULL,
    run                integer NOT NULL CHECK (run >= 0),
    e_run              integer NOT NULL,
    -- ballpark
    bphr               integer NOT NULL,
    bpfo               integer NOT NULL,
    bp1b               integer NOT NULL,
    bplo               integer NOT NULL,
    -- value
    wpa                real    NOT NULL,
    re24               real    NOT NULL,
    -- flags
    is_tied            integer NOT NULL CHECK (is_tied IN (0, 1)),
    is_go_ahead        integer NOT NULL CHECK (is_go_ahead IN (0, 1)),
    is_new_inning      integer NOT NULL CHECK (is_new_inning IN (0, 1)),
    in_pow             integer NOT NULL CHECK (in_pow IN (0, 1)),
    complete           integer NOT NULL CHECK (complete IN (0, 1)),
    locked             integer NOT NULL CHECK (locked IN (0, 1)),
    play_metadata      text    NOT NULL,
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
) STRICT, WITHOUT ROWID;

-- Every die that was thrown, for audit and analytics.
CREATE TABLE rolls (
    game_id     blob    NOT NULL REFERENCES games (id) ON DELETE CASCADE,
    roll_id     integer NOT NULL CHECK (roll_id >= 1),
    roll_type   text    NOT NULL CHECK (roll_type IN ('ab', 'jump', 'fielding', 'd20', 'injury')),
    league_id   text    NOT NULL CHECK (league_id IN ('sba', 'pd')),
    team_id     integer NOT NULL,
    player_id   integer,
    -- The play it was thrown for: a rollback to play N takes the rolls of later plays away.
    play_number integer NOT NULL CHECK (play_number >= 1),
    roll_data   text    NOT NULL,
    context     text    NOT NULL,
    "timestamp" text    NOT NULL,
    created_at  text    NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    PRIMARY KEY (game_id, roll_id),
    FOREIGN KEY (game_id, player_id) REFERENCES lineups (game_id, lineup_id)
) STRICT, WITHOUT ROWID;
