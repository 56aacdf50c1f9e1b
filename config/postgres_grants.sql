-- What the user that games are played with may do on PostgreSQL, and no more. It cannot change or remove an entry of
-- the journal, a dice seed or an operator's act, cannot remove a game, and cannot create, change or drop a table.
--
-- Once, as a superuser:
--     CREATE ROLE dugout_owner LOGIN PASSWORD '…';
--     CREATE ROLE dugout LOGIN PASSWORD '…';
--     CREATE DATABASE dugout OWNER dugout_owner;
-- Then, and after every update of the program:
--     dugout migrate --database-url postgres://dugout_owner@…/dugout
--     psql -f postgres_grants.sql postgres://dugout_owner@…/dugout
-- The host itself runs with postgres://dugout@…/dugout. It makes no tables where there are none to make.

GRANT USAGE ON SCHEMA public TO dugout;
GRANT SELECT ON __diesel_schema_migrations TO dugout;

-- Written once.
GRANT SELECT, INSERT ON journal, game_secrets, cards, roster_links, game_cardset_links TO dugout;
GRANT SELECT, INSERT ON batting_lines, pitching_lines, fielding_lines TO dugout;

-- Sums of these.
GRANT SELECT ON season_batting, season_pitching, season_fielding, season_results TO dugout;

-- Claimed once; an operator may give a seat to somebody else.
GRANT SELECT, INSERT, DELETE ON seats TO dugout;

-- A player may leave a roster before the game, and come back.
GRANT UPDATE (team_id, is_active) ON roster_links TO dugout;

-- Written, and changed as a game goes on.
GRANT SELECT, INSERT, UPDATE ON games, game_sessions TO dugout;

-- What a league's site said of teams and cards: later word counts, and a team may leave the league.
GRANT SELECT, INSERT, UPDATE, DELETE ON league_teams TO dugout;
GRANT SELECT, INSERT, UPDATE ON league_cards TO dugout;

-- Who is there: a host gives word of itself, and forgets those that are gone.
GRANT SELECT, INSERT, UPDATE, DELETE ON hosts TO dugout;

-- The clocks that run, and when each host was there.
GRANT SELECT, INSERT, UPDATE, DELETE ON deadlines, host_uptimes TO dugout;

-- An act stays as it was recorded; it is answered later.
GRANT SELECT, INSERT ON operator_acts TO dugout;
GRANT UPDATE (answer, answer_seq, answer_message, answered_at) ON operator_acts TO dugout;

-- Read models: a rollback takes rows away, a new line-up before the game replaces the one before.
GRANT SELECT, INSERT, UPDATE, DELETE ON lineups, plays TO dugout;
GRANT SELECT, INSERT, DELETE ON rolls TO dugout;
