DROP TABLE league_cards;
DROP TABLE league_teams;
