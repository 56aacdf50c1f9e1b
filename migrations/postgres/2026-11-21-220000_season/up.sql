-- Statistics across games. The official scorer adds up each game when it ends; his lines are kept here, in the
-- transaction that ends the game, so that a season is the sum of the games' box scores and of nothing else. A team's
-- pitcher of record, or who answers for a run, cannot be told from the rows of plays alone.

-- Whether the statistics of a game that is over count (OBR 9.03(e)). Null: its lines are not written yet.
ALTER TABLE games ADD COLUMN statistics_count boolean;

CREATE INDEX games_unscored ON games (id) WHERE status = 'completed' AND statistics_count IS NULL;
CREATE INDEX games_ended ON games (league_id, game_mode, completed_at, id) WHERE status = 'completed';

-- `card_id` is the PD card or the SBA player.
CREATE TABLE batting_lines (
    game_id    uuid    NOT NULL REFERENCES games ON DELETE CASCADE,
    lineup_id  integer NOT NULL,
    league_id  text    NOT NULL CHECK (league_id IN ('sba', 'pd')),
    team_id    integer NOT NULL,
    card_id    integer NOT NULL,
    pa         integer NOT NULL CHECK (pa >= 0),
    ab         integer NOT NULL CHECK (ab >= 0),
    r          integer NOT NULL CHECK (r >= 0),
    h          integer NOT NULL CHECK (h >= 0),
    "double"   integer NOT NULL CHECK ("double" >= 0),
    triple     integer NOT NULL CHECK (triple >= 0),
    hr         integer NOT NULL CHECK (hr >= 0),
    rbi        integer NOT NULL CHECK (rbi >= 0),
    bb         integer NOT NULL CHECK (bb >= 0),
    ibb        integer NOT NULL CHECK (ibb >= 0),
    so         integer NOT NULL CHECK (so >= 0),
    hbp        integer NOT NULL CHECK (hbp >= 0),
    sac        integer NOT NULL CHECK (sac >= 0),
    sh         integer NOT NULL CHECK (sh >= 0),
    sf         integer NOT NULL CHECK (sf >= 0),
    gidp       integer NOT NULL CHECK (gidp >= 0),
    ci         integer NOT NULL CHECK (ci >= 0),
    sb         integer NOT NULL CHECK (sb >= 0),
    cs         integer NOT NULL CHECK (cs >= 0),
    PRIMARY KEY (game_id, lineup_id)
);

CREATE INDEX batting_lines_by_card ON batting_lines (league_id, card_id, game_id);

-- gs started, gf finished, cg complete game, sho shutout, w l sv: each 0 or 1.
CREATE TABLE pitching_lines (
    game_id    uuid    NOT NULL REFERENCES games ON DELETE CASCADE,
    lineup_id  integer NOT NULL,
    league_id  text    NOT NULL CHECK (league_id IN ('sba', 'pd')),
    team_id    integer NOT NULL,
    card_id    integer NOT NULL,
    gs         integer NOT NULL CHECK (gs >= 0),
    gf         integer NOT NULL CHECK (gf >= 0),
    cg         integer NOT NULL CHECK (cg >= 0),
    sho        integer NOT NULL CHECK (sho >= 0),
    w          integer NOT NULL CHECK (w >= 0),
    l          integer NOT NULL CHECK (l >= 0),
    sv         integer NOT NULL CHECK (sv >= 0),
    outs       integer NOT NULL CHECK (outs >= 0),
    bf         integer NOT NULL CHECK (bf >= 0),
    h          integer NOT NULL CHECK (h >= 0),
    r          integer NOT NULL CHECK (r >= 0),
    er         integer NOT NULL CHECK (er >= 0),
    bb         integer NOT NULL CHECK (bb >= 0),
    ibb        integer NOT NULL CHECK (ibb >= 0),
    so         integer NOT NULL CHECK (so >= 0),
    hr         integer NOT NULL CHECK (hr >= 0),
    hbp        integer NOT NULL CHECK (hbp >= 0),
    wild_pitch integer NOT NULL CHECK (wild_pitch >= 0),
    balk       integer NOT NULL CHECK (balk >= 0),
    ir         integer NOT NULL CHECK (ir >= 0),
    irs        integer NOT NULL CHECK (irs >= 0),
    PRIMARY KEY (game_id, lineup_id)
);

CREATE INDEX pitching_lines_by_card ON pitching_lines (league_id, card_id, game_id);

-- A fielder has a line for each position.
CREATE TABLE fielding_lines (
    game_id    uuid    NOT NULL REFERENCES games ON DELETE CASCADE,
    lineup_id  integer NOT NULL,
    "position" text    NOT NULL,
    league_id  text    NOT NULL CHECK (league_id IN ('sba', 'pd')),
    team_id    integer NOT NULL,
    card_id    integer NOT NULL,
    checks     integer NOT NULL CHECK (checks >= 0),
    e          integer NOT NULL CHECK (e >= 0),
    pb         integer NOT NULL CHECK (pb >= 0),
    sb         integer NOT NULL CHECK (sb >= 0),
    cs         integer NOT NULL CHECK (cs >= 0),
    PRIMARY KEY (game_id, lineup_id, "position")
);

CREATE INDEX fielding_lines_by_card ON fielding_lines (league_id, card_id, game_id);

-- What counts: games that are over, whose statistics count, that are not set aside, and that were not for practice.
CREATE VIEW season_batting AS
SELECT games.id AS game_id, games.league_id, games.game_mode, games.visibility, games.completed_at,
    line.team_id, line.card_id, line.lineup_id,
    line.pa, line.ab, line.r, line.h, line."double", line.triple, line.hr, line.rbi, line.bb, line.ibb,
    line.so, line.hbp, line.sac, line.sh, line.sf, line.gidp, line.ci, line.sb, line.cs
FROM games JOIN batting_lines AS line ON line.game_id = games.id
WHERE games.status = 'completed' AND games.statistics_count AND games.quarantined_at IS NULL
    AND games.game_mode <> 'practice';

CREATE VIEW season_pitching AS
SELECT games.id AS game_id, games.league_id, games.game_mode, games.visibility, games.completed_at,
    line.team_id, line.card_id, line.lineup_id,
    line.gs, line.gf, line.cg, line.sho, line.w, line.l, line.sv, line.outs, line.bf, line.h, line.r, line.er,
    line.bb, line.ibb, line.so, line.hr, line.hbp, line.wild_pitch, line.balk, line.ir, line.irs
FROM games JOIN pitching_lines AS line ON line.game_id = games.id
WHERE games.status = 'completed' AND games.statistics_count AND games.quarantined_at IS NULL
    AND games.game_mode <> 'practice';

CREATE VIEW season_fielding AS
SELECT games.id AS game_id, games.league_id, games.game_mode, games.visibility, games.completed_at,
    line.team_id, line.card_id, line.lineup_id, line."position",
    line.checks, line.e, line.pb, line.sb, line.cs
FROM games JOIN fielding_lines AS line ON line.game_id = games.id
WHERE games.status = 'completed' AND games.statistics_count AND games.quarantined_at IS NULL
    AND games.game_mode <> 'practice';

-- A row for each team of each game: a forfeited game is won and lost, whether or not its statistics count.
CREATE VIEW season_results AS
SELECT id AS game_id, league_id, game_mode, visibility, completed_at, home_team_id AS team_id,
    game_metadata ->> 'home_team_name' AS team_name, 1 AS at_home,
    home_score AS runs_for, away_score AS runs_against,
    CASE WHEN winner_team_id = home_team_id THEN 1 ELSE 0 END AS won,
    CASE WHEN winner_team_id = away_team_id THEN 1 ELSE 0 END AS lost
FROM games
WHERE status = 'completed' AND quarantined_at IS NULL AND game_mode <> 'practice'
UNION ALL
SELECT id AS game_id, league_id, game_mode, visibility, completed_at, away_team_id AS team_id,
    game_metadata ->> 'away_team_name' AS team_name, 0 AS at_home,
    away_score AS runs_for, home_score AS runs_against,
    CASE WHEN winner_team_id = away_team_id THEN 1 ELSE 0 END AS won,
    CASE WHEN winner_team_id = home_team_id THEN 1 ELSE 0 END AS lost
FROM games
WHERE status = 'completed' AND quarantined_at IS NULL AND game_mode <> 'practice';
