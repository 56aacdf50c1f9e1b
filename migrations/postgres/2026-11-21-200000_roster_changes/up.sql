-- Rosters may change before the first pitch. A card that was pinned stays, whether its player is still eligible or not:
-- the journal is decided again with the cards it was decided with.
ALTER TABLE roster_links ADD COLUMN is_active boolean NOT NULL DEFAULT TRUE;
