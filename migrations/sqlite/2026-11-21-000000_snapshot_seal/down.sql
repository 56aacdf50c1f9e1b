ALTER TABLE game_sessions DROP COLUMN snapshot_seal;
ALTER TABLE game_sessions DROP COLUMN snapshot_hash;
