DROP TABLE rolls, plays, lineups, game_cardset_links, roster_links, cards, game_sessions, seats, journal,
    game_secrets, games;
