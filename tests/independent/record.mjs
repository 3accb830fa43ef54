/** What statements say, and what receipts are held against because of them. */

import { publicOf } from "./notes.mjs";
import { problemOf, receiptProblem, STATEMENT, statementProblem } from "./shapes.mjs";

const MAX_STEP_BACK_MS = 5 * 60_000;

/** Reads both files of lines; who extends it gives `signed`, `fail`, `attempt`, `manifest`, `documents`, `covered` and `head`. */
export class Record {
  own(value, file, index) {
    this.ids ??= new Set();
    if (this.manifest && value.site !== this.manifest.site) this.fail("contents", "it is of another site", file, index);
    if (this.ids.has(value.id)) this.fail("contents", "its id stands twice", file, index);
    this.ids.add(value.id);
  }

  async readStatements() {
    const file = "statements.jsonl";
    Object.assign(this, { published: new Map(), added: new Map(), retired: new Map(), times: [], restorations: [] });
    Object.assign(this, { builds: null, named: new Set(), logKeys: new Map() });
    for await (const { index, kid, value } of this.signed(file, "consent-statement+jwt", "statement")) {
      const problem = problemOf(value, STATEMENT) ?? statementProblem(value);
      if (problem) {
        this.fail("contents", `the field ${problem} is wrong`, file, index);
        continue;
      }
      this.own(value, file, index);
      this.times.push({ index, at: value.at, file });
      const { kind, data } = value;
      // The first key vouches for itself.
      if (kind === "key-added" && data.use === "receipt" && this.added.size === 0) this.added.set(data.jwk.kid, index);
      this.checkKey(kid, file, index);
      if (kind === "key-added" && data.use === "receipt" && !this.added.has(data.jwk.kid))
        this.added.set(data.jwk.kid, index);
      if (kind === "key-added" && data.use === "log")
        this.logKeys.set(publicOf(data.vkey), {
          isUsed: true,
          ...this.logKeys.get(publicOf(data.vkey)),
          vkey: data.vkey,
        });
      if (kind === "key-retired" && data.use === "log")
        this.logKeys.set(publicOf(data.vkey), { vkey: data.vkey, isUsed: false });
      if (kind === "key-retired" && data.use === "receipt" && !this.retired.has(data.kid))
        this.retired.set(data.kid, index);
      if (kind === "config-published") this.publish(data, file, index);
      if (kind === "receipts-removed") this.remove(data.ranges, file, index);
      if (kind === "widget-released") this.release(data.builds, index);
      if (kind === "banner-pictured") for (const { sha256 } of data.pictures) this.named.add(`pictures/${sha256}.png`);
      if (kind === "log-restored") {
        if (data.size !== index) this.fail("log", "it does not stand where it says the log was restored", file, index);
        this.restorations.push({ ...data, index });
      }
    }
    this.checkLogKeys();
    for (const name of this.documents.keys()) {
      if (/^(loaders|parts|pictures)/.test(name) && !this.named.has(name)) {
        this.fail("citations", "no statement names it", name);
      }
    }
  }

  checkKey(kid, file, index) {
    if (this.added.size === 0 || index < Math.min(...this.added.values())) return;
    if (!(this.added.get(kid) <= index))
      this.fail("keys", "it is signed by a key that was not added before it", file, index);
    if (this.retired.get(kid) < index)
      this.fail("keys", "it is signed by a key that was retired before it", file, index);
  }

  /** A checkpoint must bear the signature of a log key that the log states and has not retired. */
  checkLogKeys() {
    if (!this.head || this.logKeys.size === 0) return;
    if (!this.head.signers.some((key) => this.logKeys.get(key)?.isUsed)) {
      this.fail("keys", "it is signed by no log key that the log states", "checkpoint");
    }
  }

  publish({ version, sha256, slices }, file, index) {
    const before = this.published.get(version);
    if (before && before.sha256 !== sha256) this.fail("citations", "a version is published twice", file, index);
    if (!before) this.published.set(version, { sha256, index, slices });
    for (const { loader } of slices ?? []) this.named.add(`loaders/${loader}.json`);
  }

  release(builds, index) {
    this.builds ??= new Map();
    this.firstBuild ??= index;
    for (const { version, sha256, parts } of builds) {
      if (!this.builds.has(sha256)) this.builds.set(sha256, { version, index, parts: Object.values(parts) });
      for (const part of Object.values(parts)) this.named.add(`parts/${part}.js`);
    }
  }

  remove(ranges, file, index) {
    for (const [first, last] of ranges) {
      if (last >= index || last >= this.size) {
        this.fail("coverage", "it removes what does not stand before it", file, index);
        continue;
      }
      for (let at = first; at <= last; at++) {
        if (this.covered[at] !== null) this.fail("coverage", `it removes a ${this.covered[at]}`, file, index);
        this.covered[at] ??= "removal";
      }
    }
  }

  async readReceipts() {
    const file = "receipts.jsonl";
    for await (const { index, kid, value } of this.signed(file, "consent-receipt+jwt", "receipt")) {
      const problem = receiptProblem(value);
      if (problem) {
        this.fail("contents", `the field ${problem} is wrong`, file, index);
        continue;
      }
      this.own(value, file, index);
      this.checkKey(kid, file, index);
      this.cite(value, file, index);
      this.times.push({ index, at: value.received_at, file });
    }
    this.checkTimes();
  }

  /** No entry may be dated more than five minutes before an earlier one. */
  checkTimes() {
    const steps = this.times.sort((a, b) => a.index - b.index).map((one) => ({ ...one, ms: Date.parse(one.at) }));
    let [peak, second] = [-Infinity, -Infinity];
    for (let turn = 0; turn < steps.length; turn++) {
      const { ms, index, file } = steps[turn];
      const next = steps[turn + 1]?.ms ?? Infinity;
      if (ms >= peak) [peak, second] = [ms, peak];
      else if (peak - ms > MAX_STEP_BACK_MS) {
        // Where the entries go on from there, it was the clock of the one before that ran ahead.
        const isPeakWrong = second - ms <= MAX_STEP_BACK_MS && peak - next > MAX_STEP_BACK_MS;
        const wrong = isPeakWrong ? steps.find((one) => one.ms === peak) : { index, file };
        this.fail("times", "its time does not fit among its neighbours", wrong.file, wrong.index);
        if (isPeakWrong) [peak, second] = [ms, ms];
      } else second = Math.max(second, ms);
    }
  }

  cite({ site, config, notice, widget, regime }, file, index) {
    const published = this.published.get(config.version);
    if (published?.sha256 !== config.sha256 || published.index >= index) {
      this.fail("citations", "no statement before it published that config", file, index);
    }
    const names = [`configs/${config.sha256}.json`, `notices/${notice.sha256}.json`];
    if (widget) names.push(`widgets/${widget.sha256}.js`);
    for (const name of names) if (!this.documents.has(name)) this.fail("citations", `${name} is not here`, file, index);
    const shown = this.documents.get(names[1]);
    if (this.documents.has(names[1])) {
      if (shown?.site !== site || shown?.lang !== notice.lang || shown?.regime !== regime) {
        this.fail("citations", "the notice is of another site, language or regime", file, index);
      }
    }
    const slice = published?.slices?.find(
      (own) => own.regime === regime && own.lang === notice.lang && own.notice === notice.sha256,
    );
    if (published?.slices && !slice) this.fail("citations", "no statement names that notice", file, index);
    if (slice && !this.documents.has(`loaders/${slice.loader}.json`))
      this.fail("citations", "its loader is not here", file, index);
    if (!widget || !(this.firstBuild < index)) return;
    const build = this.builds.get(widget.sha256);
    if (!(build?.index < index) || build.version !== widget.version) {
      this.fail("citations", "no statement before it released that widget", file, index);
    } else if (!build.parts.every((part) => this.documents.has(`parts/${part}.js`))) {
      this.fail("citations", "a part of its widget is not here", file, index);
    }
  }
}
