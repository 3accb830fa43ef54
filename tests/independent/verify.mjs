/**
 * A second verifier of bundles, written from docs/receipts.md, RFC 6962, RFC 7515, RFC 7638, RFC 8785 and the C2SP texts (signed-note,
 * tlog-checkpoint, tlog-cosignature) with public libraries only: `jose` for signatures, `fflate` for zip. It shares no code with Placet.
 *
 *   node verify.mjs BUNDLE.zip [--against FILE]… [--vkey TEXT] [--witness TEXT]…      one report as JSON
 *   node verify.mjs --cases CASES.json       [{name, zip, against: [note], vkey, witness: [vkey]}] → one report a line
 */

import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { calculateJwkThumbprint, compactVerify, importJWK } from "jose";
import { Bad, hex, json, sha256 } from "./basics.mjs";
import { compareHeads, isOfSite, openHead } from "./heads.mjs";
import { Record } from "./record.mjs";
import { canonical, MANIFEST, MANIFEST_MAY, problemOf } from "./shapes.mjs";

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
const MIB = 2 ** 20;

class Verification extends Record {
  failures = [];

  constructor(zip, { against = [], vkey = null, witness = [] }) {
    super();
    Object.assign(this, { zip, against, trusted: vkey, witness });
  }

  fail(check, message, file = null, index = null) {
    this.failures.push({ check, message, file, index });
  }

  /** Does `work`; what goes wrong in it becomes a failure of `check`. */
  async attempt(check, file, work, index = null) {
    try {
      return await work();
    } catch (error) {
      this.fail(check, error.message, file, index);
      return null;
    }
  }

  async run() {
    if (this.unzip()) {
      this.readManifest();
      await this.readKeys();
      this.entries = this.file("entries.bin");
      this.size = Math.floor(this.entries.length / 32);
      const heads = await openHead(this);
      this.head = heads.head;
      this.readDocuments();
      await this.readStatements();
      await compareHeads(
        this,
        heads,
        this.restorations,
        [...this.logKeys.values()].map(({ vkey }) => vkey),
      );
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
    if (this.head && !isOfSite(this.head.origin, this.manifest.site)) {
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
