ALTER TABLE roster_links DROP COLUMN is_active;
