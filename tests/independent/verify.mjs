/**
 * A second verifier of bundles, written from docs/receipts.md, RFC 6962, RFC 7515, RFC 7638, RFC 8785 and the C2SP texts (signed-note,
 * tlog-checkpoint, tlog-cosignature) with public libraries only: `jose` for signatures, `fflate` for zip. It shares no code with Placet.
 *
 *   node verify.mjs BUNDLE.zip [--against FILE]… [--vkey TEXT] [--witness TEXT]…      one report as JSON
 *   node verify.mjs --cases CASES.json       [{name, zip, against: [note], vkey, witness: [vkey]}] → one report a line
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { calculateJwkThumbprint, compactVerify, importJWK } from "jose";
import {
  canonical,
  KEPT,
  MANIFEST,
  MANIFEST_MAY,
  problemOf,
  receiptProblem,
  STATEMENT,
  statementProblem,
} from "./shapes.mjs";

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const hex = (data) => sha256(data).toString("hex");
const REQUIRED = [
  "manifest.json",
  "checkpoint",
  "vkey",
  "jwks.json",
  "entries.bin",
  "statements.jsonl",
  "receipts.jsonl",
];
const BELONGS =
  /^(verify\.html|checkpoints\.jsonl|(configs|notices|loaders)\/[0-9a-f]{64}\.json|(widgets|parts)\/[0-9a-f]{64}\.js|pictures\/[0-9a-f]{64}\.png)$/;
const MAX_STEP_BACK_MS = 5 * 60_000;
const MIB = 2 ** 20;

class Bad extends Error {}

/** After a restore a log's origin ends in .2, .3 … */
const generation = (origin) => Number(/\.([2-9]|[1-9][0-9]+)$/.exec(origin)?.[1] ?? 1);
const base = (origin) => origin.replace(/\.([2-9]|[1-9][0-9]+)$/, "");

/** UTF-8 text, strictly. */
function text(data) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new Bad("it is not UTF-8");
  }
}

/** JSON, and whether its bytes are its one form (RFC 8785). */
function json(data) {
  const written = text(data);
  let value;
  try {
    value = JSON.parse(written);
  } catch {
    throw new Bad("it is not JSON");
  }
  return { value, isCanonical: canonical(value) === written };
}

/** Standard base64 in its one form. */
function base64(encoded) {
  const data = Buffer.from(encoded, "base64");
  if (data.toString("base64") !== encoded) throw new Bad("not base64");
  return data;
}

// Notes (C2SP signed-note) and checkpoints (C2SP tlog-checkpoint)

async function parseVkey(line) {
  const [name, id, ...rest] = line.split("+");
  const data = base64(rest.join("+"));
  if (!name || /[\s\p{C}]/u.test(name) || ![1, 4].includes(data[0]) || data.length !== 33) throw new Bad("not a vkey");
  const keyId = sha256(name, "\n", data).subarray(0, 4);
  if (keyId.toString("hex") !== id) throw new Bad("a vkey's hash is wrong");
  const key = await crypto.subtle.importKey("raw", data.subarray(1), "Ed25519", false, ["verify"]);
  return { name, keyId, key, type: data[0], public: data.toString("hex") };
}

/** A vkey's public key; its name changes when a log is restored. */
const publicOf = (vkey) => base64(vkey.split("+").slice(2).join("+")).toString("hex");
const parseVkeys = (lines) => Promise.all(lines.replace(/\n$/, "").split("\n").map(parseVkey));

function parseNote(note) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a note must not hold
  if (/[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(note) || !note.isWellFormed()) throw new Bad("control characters in a note");
  const at = note.lastIndexOf("\n\n");
  const lines = note.slice(at + 2);
  if (at < 0 || !lines.endsWith("\n")) throw new Bad("a note without signatures");
  const signatures = lines.slice(0, -1).split("\n");
  if (signatures.length > 100) throw new Bad("a note with more than 100 signatures");
  const parse = (line) => {
    const match = /^— (\S+) (\S+)$/u.exec(line);
    if (!match || match[1].includes("+")) throw new Bad("a signature line is malformed");
    const data = base64(match[2]);
    if (data.length < 5) throw new Bad("a signature is too short");
    return { name: match[1], keyId: data.subarray(0, 4), signature: data.subarray(4) };
  };
  return { body: note.slice(0, at + 1), signatures: signatures.map(parse) };
}

const isBy = (key) => (line) => line.name === key.name && line.keyId.equals(key.keyId);
const verify = (key, signature, message) =>
  signature.length === 64 && crypto.subtle.verify("Ed25519", key.key, signature, Buffer.from(message));

async function openCheckpoint(note, keys) {
  const { body, signatures } = parseNote(note);
  const [origin, size, root, ...more] = body.slice(0, -1).split("\n");
  const signers = [];
  for (const key of keys.filter(({ name, type }) => name === origin && type === 1)) {
    for (const { signature } of signatures.filter(isBy(key))) {
      if (!(await verify(key, signature, body))) throw new Bad("a known key's signature does not match");
      signers.push(key.public);
    }
  }
  if (signers.length === 0) throw new Bad("not signed by a known key");
  if (!/^(0|[1-9][0-9]{0,17})$/.test(size) || more.includes("") || !origin) throw new Bad("not a checkpoint");
  const hash = base64(root ?? "");
  if (hash.length !== 32) throw new Bad("the root is not 32 bytes");
  return { origin, size: Number(size), root: hash, signers };
}

/** Cosignature/v1 (C2SP tlog-cosignature): whether there is one of `key`, null without; throws when it does not match. */
async function cosigned(note, key) {
  const { body, signatures } = parseNote(note);
  for (const { signature } of signatures.filter(isBy(key))) {
    if (signature.length !== 72) throw new Bad("a cosignature has another length");
    const time = signature.readBigUInt64BE();
    if (!(await verify(key, signature.subarray(8), `cosignature/v1\ntime ${time}\n${body}`))) {
      throw new Bad("a cosignature does not match");
    }
    return Number(time);
  }
  return null;
}

/** The tree of RFC 6962 §2.1, and its root at each of `sizes`. */
function roots(entries, sizes) {
  const edge = [];
  const found = new Map();
  const root = () => {
    if (edge.length === 0) return sha256("");
    return edge.map(({ hash }) => hash).reduceRight((right, left) => sha256("\x01", left, right));
  };
  const count = Math.floor(entries.length / 32);
  for (let size = 0; ; size++) {
    if (sizes.has(size) || size === count) found.set(size, root());
    if (size === count) return found;
    let last = { height: 0, hash: sha256("\0", entries.subarray(size * 32, size * 32 + 32)) };
    while (edge.at(-1)?.height === last.height) {
      last = { height: last.height + 1, hash: sha256("\x01", edge.pop().hash, last.hash) };
    }
    edge.push(last);
  }
}

class Verification {
  failures = [];

  constructor(zip, { against = [], vkey = null, witness = [] }) {
    Object.assign(this, { zip, against, trusted: vkey, witness });
  }

  fail(check, message, file = null, index = null) {
    this.failures.push({ check, message, file, index });
  }

  /** Does `work`; what goes wrong in it becomes a failure of `check`. */
  async attempt(check, file, work) {
    try {
      return await work();
    } catch (error) {
      this.fail(check, error.message, file);
      return null;
    }
  }

  async run() {
    if (this.unzip()) {
      this.readManifest();
      await this.readKeys();
      await this.readHead();
      this.readDocuments();
      await this.readStatements();
      this.checkOlder();
      await this.readReceipts();
      this.checkCoverage();
      this.checkManifest();
    }
    return { ok: this.failures.length === 0, failures: this.failures };
  }

  unzip() {
    const names = new Set();
    let total = 0;
    try {
      this.files = unzipSync(this.zip, {
        filter: ({ name, originalSize }) => {
          total += originalSize;
          if (names.has(name) || names.size >= 100_000) throw new Bad("two files of one name, or too many");
          if (total > Math.max(64 * MIB, 100 * this.zip.length)) throw new Bad("a zip bomb");
          return names.add(name);
        },
      });
    } catch (error) {
      this.fail("files", `the zip cannot be read: ${error.message}`);
      return false;
    }
    for (const name of REQUIRED) if (!names.has(name)) this.fail("files", "it is missing", name);
    for (const name of names) {
      if (!REQUIRED.includes(name) && !BELONGS.test(name)) this.fail("files", "it does not belong in a bundle", name);
    }
    return true;
  }

  file(name) {
    return Object.hasOwn(this.files, name) ? Buffer.from(this.files[name]) : Buffer.alloc(0);
  }

  readManifest() {
    try {
      const { value, isCanonical } = json(this.file("manifest.json"));
      const problem = problemOf(value, MANIFEST, MANIFEST_MAY);
      if (problem) throw new Bad(`its field ${problem} is wrong`);
      if (!isCanonical) throw new Bad("it is not canonical");
      this.manifest = value;
    } catch (error) {
      this.fail("files", error.message, "manifest.json");
      return;
    }
    const listed = new Map(Object.entries(this.manifest.files));
    for (const [name, data] of Object.entries(this.files)) {
      if (name === "manifest.json") continue;
      const facts = listed.get(name);
      if (!facts) this.fail("files", "the manifest does not list it", name);
      else if (facts.bytes !== data.length || facts.sha256 !== hex(data)) this.fail("files", "its hash is wrong", name);
      listed.delete(name);
    }
    for (const name of listed.keys()) this.fail("files", "it is listed and not there", name);
  }

  async readKeys() {
    this.keys = new Map();
    await this.attempt("signatures", "jwks.json", async () => {
      const { keys } = json(this.file("jwks.json")).value;
      for (const jwk of keys) {
        const fields = Object.keys(jwk).sort().join();
        if (fields !== "alg,crv,kid,kty,use,x" || jwk.alg !== "Ed25519" || jwk.crv !== "Ed25519" || jwk.use !== "sig") {
          throw new Bad("not a public Ed25519 key");
        }
        if ((await calculateJwkThumbprint(jwk)) !== jwk.kid) throw new Bad("a kid is not the thumbprint");
        this.keys.set(jwk.kid, await importJWK(jwk, "Ed25519"));
      }
      if (!this.keys.size) throw new Bad("no keys");
    });
  }

  async readHead() {
    const note = await this.attempt("checkpoint", "checkpoint", () => text(this.file("checkpoint")));
    const own = await this.attempt("checkpoint", "vkey", () => parseVkeys(text(this.file("vkey"))));
    if (note !== null && own) {
      this.head = await this.attempt("checkpoint", "checkpoint", () => openCheckpoint(note, own));
    }
    let keys = own ?? [];
    if (this.trusted !== null) {
      keys = (await this.attempt("key", null, () => parseVkeys(this.trusted))) ?? [];
      await this.attempt("key", "checkpoint", () => openCheckpoint(note ?? "", keys));
    }
    const older = [];
    for (const kept of this.against) {
      const opened = await this.attempt("older", null, () => openCheckpoint(kept, keys));
      if (opened) older.push(opened);
    }
    const kept = await this.readKept(own ?? []);
    this.checkRoots(older, kept);
    await this.checkWitnesses([note ?? "", ...kept.map(({ note }) => note)]);
  }

  /** `checkpoints.jsonl`: heads of the log from before, each signed. */
  async readKept(keys) {
    const kept = [];
    for (const line of this.lines("checkpoints.jsonl")) {
      await this.attempt("older", "checkpoints.jsonl", async () => {
        const { value, isCanonical: _ } = json(line);
        const problem = problemOf(value, KEPT);
        if (problem) throw new Bad(`its field ${problem} is wrong`);
        const opened = await openCheckpoint(value.note, keys);
        if (opened.size !== value.size || value.size < (kept.at(-1)?.size ?? 0)) throw new Bad("its size is wrong");
        kept.push({ ...opened, note: value.note, file: "checkpoints.jsonl" });
      });
    }
    return kept;
  }

  checkRoots(older, kept) {
    this.entries = this.file("entries.bin");
    this.size = Math.floor(this.entries.length / 32);
    if (this.entries.length % 32) this.fail("root", "it ends within an entry", "entries.bin");
    const found = roots(this.entries, new Set([...older, ...kept].map(({ size }) => size)));
    const holds = ({ size, root }) => found.get(size)?.equals(root);
    if (this.head && (this.head.size !== this.size || !holds(this.head))) {
      this.fail("root", "the entries do not give the checkpoint's size and root", "entries.bin");
    }
    this.older = [...older, ...kept].map((one) => ({ ...one, holds: holds(one) }));
  }

  /** A head of this log must begin it; one of the log before a restore only as far as the log went on from it. */
  checkOlder() {
    const origin = this.head?.origin ?? this.manifest?.origin;
    const isEarlier = (older) => generation(older) < generation(origin) && base(older) === base(origin);
    for (const { origin: older, size, file, holds } of origin === undefined ? [] : this.older) {
      if (older !== origin && !isEarlier(older)) this.fail("older", "a kept checkpoint is of another log", file);
      else if (!holds && !(isEarlier(older) && this.restored !== null && size > this.restored)) {
        this.fail("older", `the log does not begin as its head of ${size} entries says`, file);
      }
    }
    if (generation(origin ?? "") > 1 && this.restored === null)
      this.fail("log", "it does not state that it was restored");
  }

  async checkWitnesses(notes) {
    for (const line of this.witness) {
      await this.attempt("witness", null, async () => {
        const key = await parseVkey(line);
        const times = [];
        for (const note of notes) times.push(note ? await cosigned(note, key) : null);
        if (key.type !== 4 || times.every((time) => time === null)) throw new Bad("no cosignature of that witness");
      });
    }
  }

  readDocuments() {
    this.documents = new Map();
    for (const [name, data] of Object.entries(this.files)) {
      const match = /^(\w+)\/([0-9a-f]{64})\.\w+$/.exec(name);
      if (!match || !BELONGS.test(name)) continue;
      if (hex(data) !== match[2]) {
        this.fail("citations", "its content does not have the hash of its name", name);
        continue;
      }
      let value = null;
      if (name.endsWith(".json")) {
        try {
          value = json(data).value;
        } catch (error) {
          this.fail("citations", error.message, name);
        }
      }
      this.documents.set(name, value);
    }
  }

  *lines(name) {
    const data = this.file(name);
    if (data.length && data.at(-1) !== 10) this.fail("files", "its last line is cut off", name);
    let from = 0;
    for (let at = data.indexOf(10); at >= 0; from = at + 1, at = data.indexOf(10, from)) yield data.subarray(from, at);
  }

  /** Every line of `file` that is signed as `typ` and says what it must, in the log's order. */
  async *signed(file, typ, cover) {
    this.covered ??= new Array(this.size).fill(null);
    let last = -1;
    for (const line of this.lines(file)) {
      let stands;
      try {
        stands = json(line).value;
        if (problemOf(stands, { index: Number.isSafeInteger, jws: (jws) => typeof jws === "string" })) throw new Bad();
        if (stands.index < 0) throw new Bad();
      } catch {
        this.fail("contents", "a line is not an index and a JWS", file);
        continue;
      }
      const { index, jws } = stands;
      if (index <= last) this.fail("coverage", "it is out of order, or stands twice", file, index);
      last = Math.max(last, index);
      if (index >= this.size) {
        this.fail("log", "the log has no such entry", file, index);
        continue;
      }
      if (!sha256(jws).equals(this.entries.subarray(index * 32, index * 32 + 32))) {
        this.fail("log", "it is not what the log has here", file, index);
      }
      if (this.covered[index] !== null) this.fail("coverage", `it is a ${this.covered[index]} already`, file, index);
      this.covered[index] = cover;
      if (!this.keys.size) continue;
      const opened = await this.open(jws, typ, file, index);
      if (opened) yield { index, ...opened };
    }
  }

  async open(jws, typ, file, index) {
    let kid;
    try {
      const { payload, protectedHeader } = await compactVerify(
        jws,
        (header) => {
          // Nothing but the three fields: no key of its own, no extension.
          if (Object.keys(header).sort().join() !== "alg,kid,typ" || header.typ !== typ)
            throw new Bad("another header");
          if (!this.keys.has(header.kid)) throw new Bad("an unknown key");
          kid = header.kid;
          return this.keys.get(kid);
        },
        { algorithms: ["Ed25519"] },
      );
      // jose reads several spellings of one signature: only one is meant.
      const isPlain = jws.split(".").every((part) => Buffer.from(part, "base64url").toString("base64url") === part);
      if (!isPlain) throw new Bad("it has another spelling");
      const plain = Buffer.from(canonical(protectedHeader)).toString("base64url");
      if (jws.split(".")[0] !== plain) throw new Bad("the header is not in its one form");
      this.payload = payload;
    } catch (error) {
      this.fail("signatures", error.message, file, index);
      return null;
    }
    try {
      const { value, isCanonical } = json(this.payload);
      if (!isCanonical) this.fail("contents", "it is not canonical", file, index);
      return { kid, value };
    } catch (error) {
      this.fail("contents", error.message, file, index);
      return null;
    }
  }

  own(value, file, index) {
    this.ids ??= new Set();
    if (this.manifest && value.site !== this.manifest.site) this.fail("contents", "it is of another site", file, index);
    if (this.ids.has(value.id)) this.fail("contents", "its id stands twice", file, index);
    this.ids.add(value.id);
  }

  async readStatements() {
    const file = "statements.jsonl";
    Object.assign(this, { published: new Map(), added: new Map(), retired: new Map(), times: [], restored: null });
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
      if (kind === "key-added" && data.use === "log") this.logKeys.set(publicOf(data.vkey), true);
      if (kind === "key-retired" && data.use === "log") this.logKeys.set(publicOf(data.vkey), false);
      if (kind === "key-retired" && data.use === "receipt" && !this.retired.has(data.kid))
        this.retired.set(data.kid, index);
      if (kind === "config-published") this.publish(data, file, index);
      if (kind === "receipts-removed") this.remove(data.ranges, file, index);
      if (kind === "widget-released") this.release(data.builds, index);
      if (kind === "banner-pictured") for (const { sha256 } of data.pictures) this.named.add(`pictures/${sha256}.png`);
      if (kind === "log-restored") {
        if (data.size !== index) this.fail("log", "it does not stand where it says the log was restored", file, index);
        this.restored = Math.min(this.restored ?? index, index);
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
    if (!this.head.signers.some((key) => this.logKeys.get(key))) {
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
    let latest = "";
    for (const { index, at, file } of this.times.sort((a, b) => a.index - b.index)) {
      if (at < latest && Date.parse(latest) - Date.parse(at) > MAX_STEP_BACK_MS) {
        this.fail("times", "its time is before that of an earlier entry", file, index);
        latest = at;
      }
      if (at > latest) latest = at;
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

  checkCoverage() {
    const range = this.manifest?.selection ?? { first: 0, last: this.size - 1 };
    this.leftOut = 0;
    (this.covered ?? []).forEach((what, index) => {
      const isInside = index >= range.first && index <= range.last;
      if (what === null && isInside) this.fail("coverage", "nothing stands for it", null, index);
      if (what === null && !isInside) this.leftOut++;
      if (what === "receipt" && !isInside) this.fail("coverage", "a receipt outside the selection", null, index);
    });
  }

  checkManifest() {
    if (!this.manifest) return;
    const count = (what) => (this.covered ?? []).filter((own) => own === what).length;
    const found = { receipts: count("receipt"), statements: count("statement"), removed: count("removal") };
    found.left_out = this.leftOut;
    const { first, last } = this.manifest.selection ?? { first: 0, last: this.size - 1 };
    if (first > last + 1 || last >= this.size)
      this.fail("files", "its selection is not a range of the log", "manifest.json");
    if (this.head)
      Object.assign(found, { origin: this.head.origin, size: this.head.size, root: this.head.root.toString("base64") });
    for (const [name, value] of Object.entries(found)) {
      if ((this.manifest[name] ?? 0) !== value)
        this.fail("files", `its ${name} is not what the bundle gives`, "manifest.json");
    }
    // After a restore the origin ends in the number of the log.
    if (this.head && !base(this.head.origin).endsWith(`/log/${this.manifest.site}`)) {
      this.fail("files", "the origin names another site", "manifest.json");
    }
  }
}

const [first, ...options] = process.argv.slice(2);
if (first === "--cases") {
  for (const { name, zip, ...outside } of JSON.parse(readFileSync(options[0], "utf8"))) {
    const report = await new Verification(readFileSync(zip), outside).run();
    console.log(JSON.stringify({ name, ...report }));
  }
} else {
  const outside = { against: [], vkey: null, witness: [] };
  for (let at = 0; at < options.length; at += 2) {
    const [option, value] = [options[at], options[at + 1]];
    if (option === "--against") outside.against.push(readFileSync(value, "utf8"));
    else if (option === "--witness") outside.witness.push(value);
    else outside.vkey = value;
  }
  const report = await new Verification(readFileSync(first), outside).run();
  console.log(JSON.stringify(report));
  process.exitCode = report.ok ? 0 : 1;
}
