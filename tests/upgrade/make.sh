#!/usr/bin/env bash
# Makes a dump of a database of the version of dugout that $1 is, with games in every situation: an upgrade must open it and
# play on. `make.sh DUGOUT sqlite > sqlite.sql`, `make.sh DUGOUT postgres://…/EMPTY > postgres.sql`. Needs curl, jq, and
# sqlite3 or pg_dump.
set -euo pipefail
dugout=$1 database=$2
data=$(mktemp -d)
trap 'kill -9 $host 2>/dev/null || true; rm -rf "$data"' EXIT
export DUGOUT__HOST__AI_PAUSE_MS=0
serve() {
    "$dugout" serve --listen 127.0.0.1:0 --data-dir "$data" "$@" >"$data/out" 2>"$data/log" &
    host=$!
    until grep -q listening "$data/out"; do sleep 0.1; done
    api=$(sed 's/.*on //' "$data/out")/api/v1
}
ask() { curl -sSf "$api/$1" -H "authorization: Bearer $token" "${@:2}"; }
new_game() { ask games --json "$(jq -c ". + $rosters" <<<"$1")" | jq -r .id; }
crash() {
    kill -9 "$host"
    wait "$host" 2>/dev/null || true
}
play() { "$dugout" play --url "${api%/api/v1}" --token-file "$data/ann" --data-dir "$data" --json "$@" >>"$data/played" 2>&1; }

teams='"home_team_id": 1, "away_team_id": 2'
"$dugout" token Ann --data-dir "$data" >"$data/ann"
token=$(<"$data/ann")

# The starters only, for a short dump; who they are, another database says.
rosters='{}'
serve --database-url "sqlite:$data/other.sqlite"
starters=$(ask "games/$(new_game "{$teams}")/lineups")
rosters=$(jq -c '.items | group_by(.team_id) | map(map(.card_id)) | {home_roster: .[0], away_roster: .[1]}' <<<"$starters")
crash

url=()
[[ $database == sqlite ]] || url=(--database-url "$database")
serve "${url[@]}"
short='"settings": {"innings": 2}'
live=$(new_game "{$teams, $short, \"away_team_is_ai\": true}")
paused=$(new_game "{$teams, $short, \"away_team_is_ai\": true}")
new_game "{$teams, $short}" >/dev/null # pending: the away seat is free
finished=$(new_game "{$teams, \"settings\": {\"innings\": 1}, \"away_team_is_ai\": true, \"home_team_is_ai\": true}")
until [[ $(ask "games/$finished" | jq -r .status) == completed ]]; do sleep 0.2; done
play -c "use_game $live" -c 'entropy 00112233445566778899aabbccddeeff' -c start_game || true
play -c "use_game $live" -c 'quick_play 4' -c defensive || true
play -c "use_game $paused" -c start_game -c 'quick_play 3' -c pause || true
crash

# One between two AI managers that a crash ends in the middle.
export DUGOUT__HOST__AI_PAUSE_MS=300
serve "${url[@]}"
unattended=$(new_game "{$teams, $short, \"away_team_is_ai\": true, \"home_team_is_ai\": true}")
until (($(ask "games/$unattended/state" | jq .play_count) >= 2)); do sleep 0.2; done
crash
echo "live $live paused $paused finished $finished unattended $unattended" >&2
if [[ $database == sqlite ]]; then
    sqlite3 "$data/dugout.sqlite" .dump
else
    # Lines that only psql understands, and the settings of the session that dumps, are left out.
    pg_dump --inserts --rows-per-insert=50 --no-owner --no-comments "$database" | grep -vE '^(\\|SET |SELECT pg_catalog.set_config|--|$)'
fi
