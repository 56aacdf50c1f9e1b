// One game: puts the pieces together, and tells each what is new.

import { host } from "./api.js";
import { BenchPanel } from "./bench.js";
import { BoxScore } from "./box_score.js";
import { hostTime } from "./clock.js";
import { rollFigure } from "./dice.js";
import { announce, h, put, write } from "./dom.js";
import { goThere } from "./elsewhere.js";
import { Field } from "./field.js";
import { token } from "./identity.js";
import { Matchup } from "./matchup.js";
import { momentOf, momentOfPlay } from "./moment.js";
import { Plays, Scrubber } from "./plays.js";
import { GameRecord } from "./record.js";
import { steps } from "./resolution.js";
import { Scoreboard } from "./scoreboard.js";
import { drawShare, keepShare } from "./share.js";
import { Tabs } from "./tabs.js";
import { Trust } from "./trust.js";
import { halfName, outsName, plain } from "./words.js";
import { WinChart } from "./win_chart.js";

const POLL_EVERY_MS = 2500;

/** @typedef {import("./types.js").Command} Command */

/** @param {string} id @returns {Promise<{element: HTMLElement, stop(): void}>} */
export async function gameView(id) {
  const view = new GameView(id);
  await view.record.read();
  view.begin();
  return view;
}

class GameView {
  /** @param {string} id */
  constructor(id) {
    this.id = id;
    this.seat = "spectator";
    /** @type {number | null} the play that is looked back at; none is now */
    this.selected = null;
    /** @type {Set<string> | null} who is here, once that is known */
    this.present = null;
    this.live = false;
    this.seated = false;
    this.record = new GameRecord(id, (what) => this.#changed(what));
    this.board = new Scoreboard();
    this.field = new Field();
    this.bench = new BenchPanel((command, expect) => this.#order(command, expect));
    this.plays = new Plays((number) => this.#select(number));
    this.scrubber = new Scrubber((number) => this.#select(number));
    this.chart = new WinChart((number) => this.#select(number));
    this.box = new BoxScore(id);
    this.trust = new Trust(id);
    this.status = h("p", { class: "connection", role: "status" }, "Connecting …");
    this.people = h("p", { class: "people" });
    this.title = h("h1", { tabindex: -1, class: "unseen" }, "Game");
    this.diceHeading = h("h2", {}, "The dice");
    this.thrown = h("div", { class: "thrown" });
    this.result = h("p", { class: "result" });
    this.way = h("ol", { class: "way" });
  }

  /** The record is read: shows it, and follows the game. */
  begin() {
    const state = /** @type {import("./types.js").GameState} */ (this.record.state);
    this.matchup = new Matchup(state);
    this.matchup.loaded.then(() => this.#showMoment());
    write(this.title, `${state.away_team_name} at ${state.home_team_name}`);
    this.tabs = new Tabs([
      { id: "plays", title: "Plays", element: this.plays.element },
      { id: "box", title: "Box score", element: this.box.element, shown: () => this.box.show() },
      { id: "chances", title: "Win chances", element: this.chart.element },
      { id: "trust", title: "Fair dice", element: this.trust.element },
    ]);
    this.element = h("div", { class: "game" }, this.title,
      h("div", { class: "bar" }, h("a", { href: "#/" }, "← All games"), this.status, this.people),
      this.board.element,
      h("div", { class: "columns" },
        h("div", { class: "left" }, this.field.element, this.scrubber.element, this.matchup.element),
        h("div", { class: "right" }, this.bench.element,
          h("section", { class: "card throw", "aria-label": "The dice" }, this.diceHeading, this.result, this.thrown, this.way),
          this.tabs.element)));
    this.#changed("state");
    this.#changed("plays");
    if (token()) this.#follow();
    else this.#poll();
  }

  stop() {
    this.stopped = true;
    this.record.stop();
    this.connection?.stop();
    this.bench.clock.stop();
    clearTimeout(this.timer);
  }

  #follow() {
    this.connection = host.follow(this.id, {
      welcome: ({ server_time: time }) => hostTime(time),
      joined: (frame) => {
        this.#sit(frame.seat);
        if (frame.state) this.record.take(frame.state);
        else this.#showBench();
      },
      entry: (frame) => {
        this.record.entry(frame);
        this.#showBench();
      },
      presence: (frame) => {
        this.present = new Set(frame.connected_users.map((/** @type {any} */ user) => user.id));
        const watching = frame.connected_users.filter((/** @type {any} */ user) => user.seat === "spectator").length;
        write(this.people, watching ? `${watching} watching` : "");
        this.record.readRow();
      },
      answered: ({ command }, rejection) => {
        if (!rejection && command.kind === "contribute_entropy") keepShare(this.id, command.entropy);
        this.#showBench();
        if (rejection) this.bench.refused(rejection);
      },
      refused: ({ message }) => this.#say("ended", message),
      moved: (url, outbox) => goThere(url, `#/game/${this.id}`, outbox),
      status: (state, text) => this.#say(state, text),
    }, { storage: sessionStorage });
  }

  /** Takes the place that the host names; an operator may give another. @param {string} seat */
  #sit(seat) {
    const before = this.seat;
    this.seat = seat;
    const side = /** @type {"home" | "away"} */ (seat === "spectator" ? before : seat);
    const team = this.record.state?.[`${side}_team_name`];
    const news = seat === "spectator" ? `${team} is not yours any more: an operator has given the seat away. You watch.` : `You manage ${team} now.`;
    if (this.seated && before !== seat) {
      this.#say("live", news);
      announce(news);
    }
    this.seated = true;
  }

  /** @param {"live" | "away" | "ended"} state @param {string} text */
  #say(state, text) {
    this.live = state === "live";
    this.status.dataset.state = state;
    if (state !== "ended") write(this.status, text);
    else put(this.status, `${text} `, h("button", { type: "button", class: "second", onclick: () => this.connection?.connect() }, "Connect here"));
    this.#showBench();
  }

  async #poll() {
    if (this.stopped) return;
    const over = this.record.state?.status === "completed";
    write(this.status, over ? "" : "You watch without a name: news every few seconds.");
    if (over) return;
    await this.record.poll().catch((error) => write(this.status, `${error.message} Trying again …`));
    this.timer = setTimeout(() => this.#poll(), POLL_EVERY_MS);
  }

  /** @param {Command} command @param {number | null} expect */
  #order(command, expect) {
    this.bench.forgive();
    const whole = command.kind === "contribute_entropy" ? { ...command, entropy: drawShare() } : command;
    this.connection?.order(whole, expect);
    this.#showBench();
  }

  /** @param {string} what */
  #changed(what) {
    if (this.stopped || !this.element || !this.record.state) return;
    if (what.startsWith("say:")) return announce(what.slice(4));
    if (what.startsWith("play:")) return announce(what.slice(5));
    if (what === "dice") return this.#showDice();
    if (what === "state" || what === "row") this.#showState();
    if (what === "plays" || what === "state") this.#showPlays();
    return undefined;
  }

  #showState() {
    const { state } = this.record;
    if (!state) return;
    this.board.show(state, state.ended_by, this.#managers());
    document.title = `${state.away_team_name} ${state.away_score}, ${state.home_team_name} ${state.home_score} · dugout`;
    this.#showBench();
    this.#showMoment();
    this.trust.show(state);
    if (state.status === "completed" && !this.over) {
      this.over = true;
      this.tabs?.open("trust");
    }
  }

  #managers() {
    const of = (/** @type {"home" | "away"} */ side) => {
      if (this.record.state?.[`${side}_team_is_ai`]) return `AI, ${this.record.state.ai_difficulty}`;
      const seat = this.record.row?.seats[side];
      if (!seat) return "free seat";
      const gone = this.live && this.present && !this.present.has(seat.user_id);
      return gone ? `${seat.user_name} (not connected)` : seat.user_name;
    };
    return { home: of("home"), away: of("away") };
  }

  #showBench() {
    const { state, row } = this.record;
    if (!state) return;
    const free = (/** @type {const} */ (["home", "away"])).find((side) => !state[`${side}_team_is_ai`] && row && !row.seats[side]) ?? null;
    this.bench.show({
      state, seat: this.seat, outbox: this.connection?.outbox.all() ?? [], live: this.live, managers: this.#managers(), free,
      behind: this.record.isBehind(), selected: this.selected, cards: this.matchup?.cards ?? new Map(), game: this.id,
    });
  }

  #showPlays() {
    const { plays, state } = this.record;
    if (!state) return;
    this.plays.show(plays, this.selected, state);
    this.scrubber.show(plays.length, this.selected);
    this.chart.show(plays, this.selected, state);
    if (this.tabs?.current === "box") this.box.show();
    this.#showMoment();
    if (this.selected === null) this.#showDice();
  }

  /** @param {number | null} number */
  #select(number) {
    this.selected = number !== null && number >= 1 && number <= this.record.plays.length ? number : null;
    this.#showPlays();
    this.#showDice();
    this.#showBench();
  }

  #showMoment() {
    const play = this.selected === null ? null : this.record.plays[this.selected - 1];
    const moment = play ? momentOfPlay(this.record, play) : momentOf(this.record);
    const caption = play
      ? `Before play ${play.play_number}: ${halfName(moment.inning, moment.half)}, ${outsName(moment.outs)}, ${play.away_score}–${play.home_score}`
      : this.record.state?.status === "completed" ? "Final" : moment.inning > 0 ? `${halfName(moment.inning, moment.half)}, ${outsName(moment.outs)}` : "Before the first pitch";
    this.field.show(moment, caption);
    this.matchup?.show(moment.batter, moment.pitcher);
    if (this.matchup) this.matchup.element.hidden = !moment.batter && !moment.pitcher;
  }

  async #showDice() {
    const number = this.selected;
    const last = this.record.plays[this.record.plays.length - 1];
    const waits = this.record.state?.pending_runner;
    const fresh = this.record.latest.rolls.length > 0 || this.record.latest.play !== null || waits;
    if (number === null && fresh) {
      const { rolls, play } = this.record.latest;
      if (!play && waits) this.#throw("The last throw", rolls, `The dice say ${plain(waits.outcome)}. The play goes on.`, waits.resolution);
      else this.#throw("The last throw", rolls, play?.description ?? "", play?.resolution);
      return;
    }
    const play = number === null ? last : this.record.plays[number - 1];
    if (!play) return this.#throw("The dice", [], "No dice were thrown yet.", null);
    const rolls = await this.record.rollsOf(play.play_number).catch(() => []);
    if (this.selected === number) {
      this.#throw(`Play ${play.play_number}`, rolls, play.result_description, play.play_metadata.resolution);
    }
    return undefined;
  }

  /** @param {string} title @param {import("./types.js").Roll[]} rolls @param {string} result @param {any} trail */
  #throw(title, rolls, result, trail) {
    const nameOf = (/** @type {number | null | undefined} */ lineupId) => this.record.name(lineupId);
    write(this.diceHeading, title);
    put(this.thrown, ...rolls.map((roll) => rollFigure(roll, nameOf)));
    write(this.result, result);
    put(this.way, ...steps(trail, nameOf));
  }
}
