/**
 * A bundle's receipts and statements, held against the log's entries, the keys and what they cite. Lines are read one by one; what
 * grows with the log is one byte of coverage per entry and one id per receipt.
 */

import { base64urlBytes, isSame, Unreadable, utf8 } from "./bytes";
import { Citations } from "./citations";
import type { Restoration } from "./head";
import { isCanonical, type Json, parseJson } from "./json";
import { KeyHistory, RECEIPT_TYPE, readKey, readKeys, type Signer, STATEMENT_TYPE } from "./keys";
import { parseLine } from "./lines";
import { HASH_BYTES } from "./merkle";
import { parseVkey } from "./note";
import type { Reader } from "./reader";
import { type Findings, type Removal, said } from "./report";
import { sha256 } from "./sha256";
import { type Ranges, type Receipt, receiptProblem, type Selection, type Statement, statementProblem } from "./shapes";
import { Times } from "./times";

enum Cover {
  free,
  statement,
  receipt,
  removed,
}
const STATEMENTS = "statements.jsonl";
const RECEIPTS = "receipts.jsonl";
/** How many signatures are under way at once. */
const BATCH = 256;

interface Line {
  index: number;
  payload: Uint8Array<ArrayBuffer>;
  kid: string;
  isSigned: Promise<boolean>;
}

export class Record {
  readonly size: number;
  readonly keys: KeyHistory;
  readonly citations: Citations;
  readonly removals: Removal[] = [];
  readonly kinds: { [kind: string]: number } = {};
  readonly times: Times;
  readonly restorations: Restoration[] = [];
  private signers = new Map<string, Signer>();
  private readonly covered: Uint8Array;
  private readonly ids = new Set<string>();
  private readonly fail: Findings["fail"];

  constructor(
    private readonly reader: Reader,
    findings: Findings,
    private readonly entries: Uint8Array,
    private readonly site: string | null,
    private readonly selection: Selection | null,
  ) {
    this.fail = findings.fail;
    this.size = Math.floor(entries.length / HASH_BYTES);
    this.covered = new Uint8Array(this.size);
    this.keys = new KeyHistory(this.fail);
    this.citations = new Citations(reader, this.fail);
    this.times = new Times(this.fail, selection);
  }

  count(cover: "statement" | "receipt" | "removed"): number {
    let count = 0;
    const wanted = Cover[cover as "receipt"];
    for (const own of this.covered) if (own === wanted) count++;
    return count;
  }

  async readKeys(): Promise<void> {
    const data = await this.reader.content("jwks.json");
    try {
      if (!data) throw new Unreadable("it cannot be read");
      this.signers = await readKeys(parseJson(data));
    } catch (error) {
      this.fail("signatures", `${(error as Error).message}; no signature can be checked.`, "jwks.json");
    }
  }

  async readStatements(): Promise<void> {
    for await (const { index, kid, payload } of this.signed(STATEMENTS, STATEMENT_TYPE, Cover.statement)) {
      const problem = statementProblem(payload) ?? (await keyProblem(payload as unknown as Statement));
      if (problem !== null) {
        this.fail("contents", `the statement's field ${said(problem)} is not as it must be.`, STATEMENTS, index);
        continue;
      }
      const statement = payload as unknown as Statement;
      const { kind, data, at } = statement;
      this.checkOwner(statement, STATEMENTS, index);
      this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
      this.times.keep(index, at);
      this.keys.see(index, kid, statement, STATEMENTS);
      this.citations.see(index, statement);
      if (kind === "receipts-removed") {
        this.remove(index, data.ranges!);
        this.removals.push({ rule: null, ...(data as object), index, at } as Removal);
      }
      if (kind === "log-restored") {
        if (data.size !== index) {
          this.fail(
            "log",
            `it says that the log was restored at ${data.size} entries, and stands here.`,
            STATEMENTS,
            index,
          );
        }
        this.restorations.push({ index, size: data.size!, checkpoint: data.checkpoint as string });
      }
    }
  }

  async readReceipts(): Promise<void> {
    for await (const { index, kid, payload } of this.signed(RECEIPTS, RECEIPT_TYPE, Cover.receipt)) {
      this.times.before(index, STATEMENTS);
      const problem = receiptProblem(payload);
      if (problem !== null) {
        this.fail("contents", `the receipt's field ${said(problem)} is not as it must be.`, RECEIPTS, index);
        continue;
      }
      const receipt = payload as unknown as Receipt;
      this.checkOwner(receipt, RECEIPTS, index);
      this.keys.check(index, kid, RECEIPTS);
      this.citations.check(index, receipt);
      this.times.see(index, receipt.received_at, RECEIPTS);
    }
    this.times.before(this.size, STATEMENTS);
    this.times.finish();
  }

  /** Names every index that nothing stands for, and returns how many the selection leaves out, with the edges of that. */
  checkCoverage(): { leftOut: number; below: number | null; above: number | null } {
    const { first, last } = this.selection ?? { first: 0, last: this.size - 1 };
    let leftOut = 0;
    let below: number | null = null;
    let above: number | null = null;
    for (let at = 0; at < this.size; at++) {
      const cover = this.covered[at];
      const isInside = at >= first && at <= last;
      if (cover === Cover.receipt && !isInside) {
        this.fail("coverage", "it is a receipt that the selection leaves out, and stands here.", RECEIPTS, at);
      }
      if (cover !== Cover.free) continue;
      if (isInside) {
        const start = at;
        while (at < last && this.covered[at + 1] === Cover.free) at++;
        const words = at === start ? "it is missing" : `${at - start + 1} entries are missing, up to index ${at}`;
        this.fail("coverage", `${words}: no receipt, statement or removal stands for it.`, null, start);
        continue;
      }
      leftOut++;
      if (at < first) below = at;
      else above ??= at;
    }
    return { leftOut, below, above };
  }

  /** Yields every line whose JWS is signed and readable; the rest becomes failures. */
  private async *signed(
    file: string,
    typ: string,
    cover: Cover,
  ): AsyncGenerator<{ index: number; kid: string; payload: Json }> {
    let number = 0;
    let last = -1;
    let batch: Line[] = [];
    for await (const lines of this.reader.lines(file)) {
      for (const bytes of lines) {
        number++;
        const stands = parseLine(bytes);
        if (!stands) {
          this.fail("contents", `line ${number} is not an index and a JWS.`, file);
          continue;
        }
        const { index, jws } = stands;
        if (index <= last) {
          this.fail(
            "coverage",
            `line ${number} is out of order or stands twice: index ${last} stands above it.`,
            file,
            index,
          );
        }
        last = Math.max(last, index);
        const line = this.open(index, jws, file, typ, cover);
        if (line) batch.push(line);
      }
      if (batch.length < BATCH) continue;
      yield* this.parse(batch, file);
      batch = [];
    }
    yield* this.parse(batch, file);
  }

  private open(index: number, jws: string, file: string, typ: string, cover: Cover): Line | null {
    if (index >= this.size) {
      this.fail("log", `it is not in the log, which has ${this.size} entries.`, file, index);
      return null;
    }
    const bytes = utf8(jws);
    if (!isSame(sha256(bytes), this.entries.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES))) {
      this.fail("log", "it is not what the log has at this index.", file, index);
    }
    if (this.covered[index] === Cover.removed) {
      this.fail("coverage", "a statement says that it was removed, and it stands here.", file, index);
    } else if (this.covered[index] !== Cover.free) {
      this.fail("coverage", "something else already stands for this index.", file, index);
    }
    this.covered[index] = cover;
    if (!this.signers.size) return null;
    const [header, payload, signature, ...more] = jws.split(".");
    const signer = this.signers.get(`${typ} ${header}`);
    try {
      if (!signer || payload === undefined || signature === undefined || more.length) {
        throw new Unreadable("it is not signed as this kind of document by a known key");
      }
      const signed = bytes.subarray(0, header!.length + 1 + payload.length) as Uint8Array<ArrayBuffer>;
      return {
        index,
        kid: signer.kid,
        payload: base64urlBytes(utf8(payload)),
        isSigned: crypto.subtle.verify("Ed25519", signer.key, base64urlBytes(utf8(signature)), signed),
      };
    } catch (error) {
      this.fail("signatures", `${(error as Error).message}.`, file, index);
      return null;
    }
  }

  private async *parse(batch: Line[], file: string): AsyncGenerator<{ index: number; kid: string; payload: Json }> {
    for (const { index, kid, payload, isSigned } of batch) {
      if (!(await isSigned)) {
        this.fail("signatures", "the signature does not match.", file, index);
        continue;
      }
      let value: Json;
      try {
        value = parseJson(payload);
      } catch (error) {
        this.fail("contents", `its payload cannot be read: ${(error as Error).message}.`, file, index);
        continue;
      }
      if (!isCanonical(value, payload))
        this.fail("contents", "its payload is not in its one form (RFC 8785).", file, index);
      yield { index, kid, payload: value };
    }
  }

  private checkOwner({ site, id }: { site: string; id: string }, file: string, index: number): void {
    if (this.site !== null && site !== this.site) {
      this.fail("contents", `it is of another site: ${said(site)}.`, file, index);
    }
    // Eight characters of 16 bits: a million of them are to fit.
    const short = String.fromCharCode(
      ...id
        .replaceAll("-", "")
        .match(/.{4}/g)!
        .map((four) => Number.parseInt(four, 16)),
    );
    if (this.ids.has(short)) this.fail("contents", `the id ${id} stands twice in the log.`, file, index);
    this.ids.add(short);
  }

  private remove(index: number, ranges: Ranges): void {
    for (const [first, last] of ranges) {
      if (last >= index || last >= this.size) {
        this.fail("coverage", `it removes index ${last}, which does not stand before it.`, STATEMENTS, index);
        continue;
      }
      const there = this.covered.subarray(first, last + 1);
      if (there.some((cover) => cover !== Cover.free)) {
        this.fail(
          "coverage",
          `it removes ${first} to ${last}, of which something else covers a part already.`,
          STATEMENTS,
          index,
        );
      }
      for (let at = 0; at < there.length; at++) there[at] ||= Cover.removed;
    }
  }
}

/** What a statement on a key says must be a key. */
async function keyProblem({ kind, data }: Statement): Promise<string | null> {
  if (kind !== "key-added" && kind !== "key-retired") return null;
  try {
    if (data.vkey !== undefined) await parseVkey(data.vkey);
    if (data.jwk) await readKey(data.jwk);
    return null;
  } catch {
    return "data";
  }
}
