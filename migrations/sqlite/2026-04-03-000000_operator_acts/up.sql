-- What operators did: who, when, what, and how it was answered. An act is written before it has its effect, the
-- answer after it, so that no act is without a trace; where the host died between the two, the journal has the
-- effect under the same id. Apart from the games: an act may name a game that does not exist, and the record
-- outlives the game.
CREATE TABLE operator_acts (
    game_id        blob    NOT NULL,
    act_id         blob    NOT NULL,
    user_id        blob    NOT NULL,
    user_name      text    NOT NULL,
    act            text    NOT NULL,
    detail         text    NOT NULL,
    asked_at       text    NOT NULL,
    answer         text,
    answer_seq     integer,
    answer_message text,
    answered_at    text,
    -- The same id again is the same act.
    PRIMARY KEY (game_id, act_id, user_id),
    CONSTRAINT operator_acts_answered CHECK ((answer IS NULL) = (answered_at IS NULL))
) STRICT;

CREATE INDEX operator_acts_newest ON operator_acts (asked_at DESC, act_id DESC);
