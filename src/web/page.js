// The page: lists the host's games, and follows one of them as a spectator. It uses the same API and socket as
// every other program, and puts text from the host into the document as text, never as markup.

const api = "/api/v1";
const LIST_EVERY_MS = 5000;
const POLL_EVERY_MS = 3000;
const RECONNECT_MS = 2000;
// Entries that come within this time are shown on the score board together.
const STATE_DELAY_MS = 150;
const PLAYS_SHOWN_MAX = 500;

const $ = (id) => document.getElementById(id);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = String(text);
  return made;
}

async function ask(path, { method = "GET", token, body } = {}) {
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (body) headers["content-type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.detail ?? response.statusText), { status: response.status });
  return answer;
}

// A guest's token, kept for this tab only. None where the host takes no guests.
async function guestToken(fresh = false) {
  const kept = sessionStorage.getItem("dugout.token");
  if (kept && !fresh) return kept;
  try {
    const { token } = await ask(`${api}/tokens`, { method: "POST", body: { name: "Spectator" } });
    sessionStorage.setItem("dugout.token", token);
    return token;
  } catch (error) {
    if (error.status === 403) return null;
    throw error;
  }
}

// ---- the lobby ----

const teamName = (game, side) => game.game_metadata?.[`${side}_team_name`] ?? `Team ${game[`${side}_team_id`]}`;
const halfName = (inning, half) => `${half === "top" ? "Top" : "Bottom"} of inning ${inning}`;

function gameCard(game) {
  const item = element("li");
  const link = element("a");
  link.href = `#${game.id}`;
  for (const side of ["away", "home"]) {
    const row = element("span", "side");
    row.append(element("span", "", teamName(game, side)), element("span", "", game.status === "pending" ? "" : game[`${side}_score`]));
    link.append(row);
  }
  const started = new Date(game.started_at ?? game.created_at);
  const when = game.status === "active" ? halfName(game.current_inning, game.current_half)
    : `${started.toLocaleDateString()} ${started.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
  link.append(element("span", "when", game.status === "paused" ? "paused" : when));
  item.append(link);
  return item;
}

async function showGames(status, statuses = [status]) {
  const pages = await Promise.all(statuses.map((one) => ask(`${api}/games?status=${one}&limit=12`)));
  const cards = pages.flatMap((page) => page.items).map(gameCard);
  $(status).replaceChildren(...(cards.length ? cards : [element("li", "empty", "none")]));
}

async function showLobby() {
  try {
    await Promise.all([showGames("active", ["active", "paused"]), showGames("pending"), showGames("completed")]);
  } catch (error) {
    $("notice").textContent = error.message;
  }
}

async function showHealth() {
  const health = $("health");
  try {
    const response = await fetch("/readyz");
    const { database, draining, games_live: live } = await response.json();
    health.classList.toggle("bad", !response.ok);
    health.textContent = draining ? "stopping" : !database ? "the database is away; games hold" : `${live} in memory`;
  } catch {
    health.classList.add("bad");
    health.textContent = "the host does not answer";
  }
}

async function startExhibition() {
  $("exhibition").disabled = true;
  $("notice").textContent = "";
  try {
    const token = await guestToken();
    if (!token) throw new Error("This host takes no guests.");
    const teams = (await ask(`${api}/teams`)).items;
    const [home, away] = teams;
    const body = { home_team_id: home.id, away_team_id: away.id, home_team_is_ai: true, away_team_is_ai: true };
    location.hash = (await ask(`${api}/games`, { method: "POST", token, body })).id;
  } catch (error) {
    if (error.status === 401) sessionStorage.removeItem("dugout.token");
    $("notice").textContent = error.message;
  } finally {
    $("exhibition").disabled = false;
  }
}

// ---- one game ----

function lineScoreRow(state, side, innings) {
  const row = element("tr");
  const line = state[`${side}_line_score`];
  const name = element("th", "", state[`${side}_team_name`]);
  name.scope = "row";
  row.append(name);
  for (let inning = 0; inning < innings; inning += 1) row.append(element("td", "", line[inning] ?? ""));
  ["score", "hits", "errors"].forEach((total, index) => {
    row.append(element("td", index === 0 ? "total first-total" : "total", state[`${side}_${total}`]));
  });
  return row;
}

function situation(state) {
  if (state.status === "completed") return "Final";
  if (state.status === "pending") return "Before the first pitch";
  const outs = `${state.outs} ${state.outs === 1 ? "out" : "outs"}`;
  return `${halfName(state.inning, state.half)}, ${outs}${state.status === "paused" ? ", paused" : ""}`;
}

function showState(state) {
  const innings = Math.max(state.settings.innings, state.home_line_score.length, state.away_line_score.length);
  const head = element("tr");
  head.append(element("th"));
  for (let inning = 1; inning <= innings; inning += 1) head.append(element("th", "", inning));
  ["R", "H", "E"].forEach((total, index) => head.append(element("th", index === 0 ? "first-total" : "", total)));
  $("line-score").tHead.replaceChildren(head);
  $("line-score").tBodies[0].replaceChildren(lineScoreRow(state, "away", innings), lineScoreRow(state, "home", innings));
  $("situation").textContent = situation(state);

  const runners = { 1: state.on_first, 2: state.on_second, 3: state.on_third };
  for (const base of document.querySelectorAll(".base")) base.classList.toggle("taken", Boolean(runners[base.dataset.base]));
  const taken = Object.entries(runners).filter(([, runner]) => runner).map(([base]) => ["", "first", "second", "third"][base]);
  $("diamond").setAttribute("aria-label", taken.length ? `Runners on ${taken.join(", ")}` : "Bases empty");

  const people = state.status === "completed" ? [] : [["At bat", state.current_batter], ["Pitching", state.current_pitcher]];
  $("matchup").replaceChildren(...people.filter(([, player]) => player).flatMap(([role, player]) =>
    [element("dt", "", role), element("dd", "", player.name ?? `Card ${player.card_id}`)]));
  $("commitment").textContent = state.seed_commitment;
  document.title = `${state.away_team_name} ${state.away_score}, ${state.home_team_name} ${state.home_score} · dugout`;
}

function playItem({ play_number: number, inning, half, description, runs_scored: runs }) {
  const item = element("li");
  item.dataset.play = number;
  item.append(element("span", "half", `${half === "top" ? "▲" : "▼"}${inning}`), element("span", "", description));
  if (runs > 0) item.append(element("span", "runs", runs === 1 ? "1 run" : `${runs} runs`));
  return item;
}

// Follows one game until it is told to stop: over the socket where guests are taken, else by asking again.
class Watch {
  constructor(game) {
    this.game = game;
    this.seq = null;
    this.stopped = false;
    this.plays = new Map();
    $("plays").replaceChildren();
    $("journal").href = `${api}/games/${game}/journal`;
    this.start();
  }

  async start() {
    try {
      await this.readState();
      await this.readPlays();
      const token = await guestToken();
      if (this.stopped) return;
      if (token) this.connect(token);
      else this.poll();
    } catch (error) {
      this.say(error.message);
    }
  }

  stop() {
    this.stopped = true;
    this.socket?.close(1000);
    clearTimeout(this.timer);
    document.title = "dugout";
  }

  say(text) {
    if (!this.stopped) $("connection").textContent = text;
  }

  async readState() {
    const state = await ask(`${api}/games/${this.game}/state`);
    if (this.stopped) return;
    showState(state);
    this.over = state.status === "completed";
  }

  // Reads all plays; those that came over the socket in the meantime stay.
  async readPlays(afterRollback = false) {
    const { items } = await ask(`${api}/games/${this.game}/plays`);
    if (this.stopped) return;
    if (afterRollback) this.plays.clear();
    for (const play of items) this.plays.set(play.play_number, { ...play, description: play.result_description });
    const newestFirst = [...this.plays.values()].sort((one, other) => other.play_number - one.play_number);
    $("plays").replaceChildren(...newestFirst.slice(0, PLAYS_SHOWN_MAX).map(playItem));
  }

  addPlay(play) {
    if (this.plays.has(play.play_number)) return;
    this.plays.set(play.play_number, play);
    $("plays").prepend(playItem(play));
  }

  async poll() {
    if (this.stopped || this.over) return this.say(this.over ? "The game is over." : "");
    this.say("Asking for news every few seconds: this host takes no guests on the socket.");
    await Promise.all([this.readState(), this.readPlays()]).catch((error) => this.say(error.message));
    this.timer = setTimeout(() => this.poll(), POLL_EVERY_MS);
  }

  connect(token) {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`, "dugout.v1");
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token, client: "dugout-page/1" }));
    socket.onmessage = ({ data }) => this.take(JSON.parse(data));
    socket.onclose = ({ code }) => this.closed(code);
  }

  take(frame) {
    const follow = { type: "join", game: this.game };
    if (this.seq !== null) follow.after = this.seq;
    switch (frame.type) {
      case "welcome": return this.socket.send(JSON.stringify(follow));
      case "joined": {
        this.say("Live.");
        if (frame.state) {
          this.seq = frame.seq;
          showState(frame.state);
          this.readPlays().catch((error) => this.say(error.message));
        }
        return undefined;
      }
      case "events": return this.entry(frame);
      case "presence": return this.say(`Live. Watching: ${frame.connected_count}.`);
      case "rejected": return this.say(frame.message);
      case "draining": this.resumeMs = frame.retry_after_ms; return undefined;
      default: return undefined;
    }
  }

  // One journal entry: its plays are shown at once; the score board is read from the host, which keeps the book.
  entry({ seq, events }) {
    this.seq = seq;
    for (const event of events) {
      if (event.kind === "play_resolved") this.addPlay(event);
      if (event.kind === "rolled_back") this.readPlays(true).catch((error) => this.say(error.message));
    }
    const unseen = ["decision_requested", "defensive_decision_made", "offensive_decision_made", "dice_rolled"];
    if (this.timer || events.every((event) => unseen.includes(event.kind))) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.readState().catch((error) => this.say(error.message));
    }, STATE_DELAY_MS);
  }

  async closed(code) {
    if (this.stopped) return;
    this.say("The connection is gone; trying again …");
    const token = await guestToken(code === 4401).catch(() => null);
    const delay = this.resumeMs ?? RECONNECT_MS;
    this.resumeMs = undefined;
    setTimeout(() => { if (!this.stopped && token) this.connect(token); else if (!this.stopped) this.poll(); }, delay);
  }
}

// ---- which of the two is shown ----

let watch = null;
let lobbyTimer = null;

function route() {
  const game = location.hash.slice(1);
  watch?.stop();
  watch = null;
  clearInterval(lobbyTimer);
  $("lobby").hidden = Boolean(game);
  $("game").hidden = !game;
  $("connection").textContent = "";
  if (game) {
    watch = new Watch(encodeURIComponent(game));
  } else {
    showLobby();
    lobbyTimer = setInterval(showLobby, LIST_EVERY_MS);
  }
}

$("exhibition").addEventListener("click", startExhibition);
addEventListener("hashchange", route);
showHealth();
setInterval(showHealth, LIST_EVERY_MS);
route();
