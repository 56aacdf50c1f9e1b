//! The tables, as both migrations declare them. Kept by hand: one schema serves two databases, so its types
//! are those of [`super::types`]. The contract suite writes and reads every column on both.

use super::types::{SqlJson, SqlTime, SqlUuid};

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    games (id) {
        id -> SqlUuid,
        league_id -> Text,
        home_team_id -> Integer,
        away_team_id -> Integer,
        status -> Text,
        game_mode -> Text,
        visibility -> Text,
        current_inning -> SmallInt,
        current_half -> Text,
        home_score -> Integer,
        away_score -> Integer,
        home_team_is_ai -> Bool,
        away_team_is_ai -> Bool,
        ai_difficulty -> Text,
        created_at -> SqlTime,
        started_at -> Nullable<SqlTime>,
        completed_at -> Nullable<SqlTime>,
        winner_team_id -> Nullable<Integer>,
        game_metadata -> SqlJson,
        epoch -> BigInt,
        owner -> Nullable<SqlUuid>,
        quarantined_at -> Nullable<SqlTime>,
        quarantine_reason -> Nullable<Text>,
        statistics_count -> Nullable<Bool>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlTime, SqlUuid};

    hosts (id) {
        id -> SqlUuid,
        installation -> SqlUuid,
        public_url -> Nullable<Text>,
        started_at -> SqlTime,
        last_seen_at -> SqlTime,
        lease_ms -> BigInt,
        draining -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    game_secrets (game_id) {
        game_id -> SqlUuid,
        dice_seed -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    journal (game_id, seq) {
        game_id -> SqlUuid,
        seq -> BigInt,
        epoch -> BigInt,
        command_id -> SqlUuid,
        issuer -> Text,
        command -> SqlJson,
        events -> SqlJson,
        recorded_at -> SqlTime,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    seats (game_id, side) {
        game_id -> SqlUuid,
        side -> Text,
        user_id -> SqlUuid,
        user_name -> Text,
        claimed_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    game_sessions (game_id) {
        game_id -> SqlUuid,
        connected_users -> SqlJson,
        last_action_at -> SqlTime,
        state_snapshot -> Nullable<SqlJson>,
        snapshot_seq -> Nullable<BigInt>,
        snapshot_hash -> Nullable<Binary>,
        snapshot_seal -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    cards (hash) {
        hash -> Binary,
        card -> SqlJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    roster_links (game_id, id) {
        game_id -> SqlUuid,
        id -> Integer,
        team_id -> Integer,
        card_id -> Nullable<Integer>,
        player_id -> Nullable<Integer>,
        card_hash -> Binary,
        is_active -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    game_cardset_links (game_id, cardset_id) {
        game_id -> SqlUuid,
        cardset_id -> Integer,
        priority -> SmallInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    lineups (game_id, lineup_id) {
        game_id -> SqlUuid,
        lineup_id -> Integer,
        team_id -> Integer,
        card_id -> Nullable<Integer>,
        player_id -> Nullable<Integer>,
        position -> Text,
        batting_order -> Nullable<SmallInt>,
        is_starter -> Bool,
        is_active -> Bool,
        entered_inning -> SmallInt,
        replacing_id -> Nullable<Integer>,
        after_play -> Nullable<Integer>,
        is_fatigued -> Bool,
        lineup_metadata -> SqlJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    plays (game_id, play_number) {
        game_id -> SqlUuid,
        play_number -> Integer,
        inning -> SmallInt,
        half -> Text,
        outs_before -> SmallInt,
        batting_order -> SmallInt,
        away_score -> Integer,
        home_score -> Integer,
        on_base_code -> SmallInt,
        batter_id -> Integer,
        pitcher_id -> Integer,
        catcher_id -> Nullable<Integer>,
        defender_id -> Nullable<Integer>,
        runner_id -> Nullable<Integer>,
        on_first_id -> Nullable<Integer>,
        on_second_id -> Nullable<Integer>,
        on_third_id -> Nullable<Integer>,
        on_first_final -> Nullable<SmallInt>,
        on_second_final -> Nullable<SmallInt>,
        on_third_final -> Nullable<SmallInt>,
        batter_final -> Nullable<SmallInt>,
        defensive_choices -> SqlJson,
        offensive_choices -> SqlJson,
        dice_roll -> Nullable<Text>,
        hit_type -> Text,
        result_description -> Text,
        outs_recorded -> SmallInt,
        runs_scored -> SmallInt,
        check_pos -> Nullable<Text>,
        error -> SmallInt,
        pa -> SmallInt,
        ab -> SmallInt,
        hit -> SmallInt,
        double -> SmallInt,
        triple -> SmallInt,
        homerun -> SmallInt,
        bb -> SmallInt,
        so -> SmallInt,
        hbp -> SmallInt,
        rbi -> SmallInt,
        sac -> SmallInt,
        ibb -> SmallInt,
        gidp -> SmallInt,
        sb -> SmallInt,
        cs -> SmallInt,
        wild_pitch -> SmallInt,
        passed_ball -> SmallInt,
        pick_off -> SmallInt,
        balk -> SmallInt,
        run -> SmallInt,
        e_run -> SmallInt,
        bphr -> SmallInt,
        bpfo -> SmallInt,
        bp1b -> SmallInt,
        bplo -> SmallInt,
        wpa -> Double,
        re24 -> Double,
        is_tied -> Bool,
        is_go_ahead -> Bool,
        is_new_inning -> Bool,
        in_pow -> Bool,
        complete -> Bool,
        locked -> Bool,
        play_metadata -> SqlJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    rolls (game_id, roll_id) {
        game_id -> SqlUuid,
        roll_id -> Integer,
        roll_type -> Text,
        league_id -> Text,
        team_id -> Integer,
        player_id -> Nullable<Integer>,
        play_number -> Integer,
        roll_data -> SqlJson,
        context -> SqlJson,
        timestamp -> SqlTime,
        created_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime, SqlUuid};

    operator_acts (game_id, act_id, user_id) {
        game_id -> SqlUuid,
        act_id -> SqlUuid,
        user_id -> SqlUuid,
        user_name -> Text,
        act -> Text,
        detail -> SqlJson,
        asked_at -> SqlTime,
        answer -> Nullable<Text>,
        answer_seq -> Nullable<BigInt>,
        answer_message -> Nullable<Text>,
        answered_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlTime, SqlUuid};

    deadlines (game_id) {
        game_id -> SqlUuid,
        due_at -> SqlTime,
        measured_at -> SqlTime,
        unserved_ms -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlTime, SqlUuid};

    host_uptimes (host_id, from_at) {
        host_id -> SqlUuid,
        from_at -> SqlTime,
        until_at -> SqlTime,
        lull_ms -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime};

    league_teams (league_id, team_id) {
        league_id -> Text,
        team_id -> Integer,
        name -> Text,
        abbreviation -> Text,
        listed_at -> SqlTime,
        lineup -> Nullable<SqlJson>,
        roster -> Nullable<SqlJson>,
        roster_at -> Nullable<SqlTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::{SqlJson, SqlTime};

    league_cards (league_id, card_id) {
        league_id -> Text,
        card_id -> Integer,
        card -> SqlJson,
        read_at -> SqlTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::SqlUuid;

    batting_lines (game_id, lineup_id) {
        game_id -> SqlUuid,
        lineup_id -> Integer,
        league_id -> Text,
        team_id -> Integer,
        card_id -> Integer,
        pa -> Integer,
        ab -> Integer,
        r -> Integer,
        h -> Integer,
        double -> Integer,
        triple -> Integer,
        hr -> Integer,
        rbi -> Integer,
        bb -> Integer,
        ibb -> Integer,
        so -> Integer,
        hbp -> Integer,
        sac -> Integer,
        sh -> Integer,
        sf -> Integer,
        gidp -> Integer,
        ci -> Integer,
        sb -> Integer,
        cs -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::SqlUuid;

    pitching_lines (game_id, lineup_id) {
        game_id -> SqlUuid,
        lineup_id -> Integer,
        league_id -> Text,
        team_id -> Integer,
        card_id -> Integer,
        gs -> Integer,
        gf -> Integer,
        cg -> Integer,
        sho -> Integer,
        w -> Integer,
        l -> Integer,
        sv -> Integer,
        outs -> Integer,
        bf -> Integer,
        h -> Integer,
        r -> Integer,
        er -> Integer,
        bb -> Integer,
        ibb -> Integer,
        so -> Integer,
        hr -> Integer,
        hbp -> Integer,
        wild_pitch -> Integer,
        balk -> Integer,
        ir -> Integer,
        irs -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::SqlUuid;

    fielding_lines (game_id, lineup_id, position) {
        game_id -> SqlUuid,
        lineup_id -> Integer,
        position -> Text,
        league_id -> Text,
        team_id -> Integer,
        card_id -> Integer,
        checks -> Integer,
        e -> Integer,
        pb -> Integer,
        sb -> Integer,
        cs -> Integer,
    }
}

diesel::joinable!(deadlines -> games (game_id));
diesel::allow_tables_to_appear_in_same_query!(games, seats, game_sessions, deadlines, journal);
