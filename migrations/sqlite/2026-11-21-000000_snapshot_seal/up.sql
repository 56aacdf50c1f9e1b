-- What binds a snapshot to the chain: the hash of the entry that it ends with, and a SHA-256 over both. A snapshot
-- from before has neither and is not used; the journal has it all.
ALTER TABLE game_sessions ADD COLUMN snapshot_hash blob CHECK (length(snapshot_hash) = 32);
ALTER TABLE game_sessions ADD COLUMN snapshot_seal blob CHECK (length(snapshot_seal) = 32);
