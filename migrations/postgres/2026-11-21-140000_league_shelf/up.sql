-- What a league's own source said of its teams when it was last asked: its site, or the files that were imported. It
-- belongs to no game: games pin the cards they are played with in `cards`.
CREATE TABLE league_teams (
    league_id    text        NOT NULL CHECK (league_id IN ('sba', 'pd')),
    team_id      integer     NOT NULL,
    name         text        NOT NULL,
    abbreviation text        NOT NULL,
    listed_at    timestamptz NOT NULL,
    -- The starters it proposes, if its source does.
    lineup       jsonb,
    -- The ids of its players, once somebody asked for them.
    roster       jsonb,
    roster_at    timestamptz,
    PRIMARY KEY (league_id, team_id),
    CONSTRAINT league_teams_roster_dated CHECK ((roster IS NULL) = (roster_at IS NULL))
);

CREATE TABLE league_cards (
    league_id text        NOT NULL CHECK (league_id IN ('sba', 'pd')),
    card_id   integer     NOT NULL,
    card      jsonb       NOT NULL,
    read_at   timestamptz NOT NULL,
    PRIMARY KEY (league_id, card_id)
);
