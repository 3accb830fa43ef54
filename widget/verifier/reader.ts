/** Reads a bundle's files, each at least once, and holds each against the manifest on the way. */

import { hexOf, joined, textOf, Unreadable } from "./bytes";
import { isCanonical, parseJson } from "./json";
import { type Findings, said } from "./report";
import { Sha256 } from "./sha256";
import { type Manifest, manifestProblem } from "./shapes";
import type { Source } from "./zip";

export const REQUIRED = [
  "manifest.json",
  "checkpoint",
  "vkey",
  "jwks.json",
  "entries.bin",
  "statements.jsonl",
  "receipts.jsonl",
];
const DOCUMENT =
  /^(?:(configs|notices|loaders)\/([0-9a-f]{64})\.json|(widgets|parts)\/([0-9a-f]{64})\.js|(pictures)\/([0-9a-f]{64})\.png)$/;
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const MAX_LINE_BYTES = 8 * 1024 * 1024;
const NEWLINE = 10;

const belongs = (name: string): boolean =>
  REQUIRED.includes(name) || name === "verify.html" || name === "checkpoints.jsonl" || DOCUMENT.test(name);

/** The folder and hash that a document's name gives. */
export function documentOf(name: string): { folder: string; hash: string } | null {
  const [, ...found] = DOCUMENT.exec(name) ?? [];
  const [folder, hash] = found.filter(Boolean);
  return folder && hash ? { folder, hash } : null;
}

export class Reader {
  readonly names: Set<string>;
  manifest: Manifest | null = null;
  private readonly listed = new Map<string, { sha256: string; bytes: number }>();
  private readonly read = new Set<string>();

  /** `pause` is called with the number of bytes read after each piece: it may wait, and throws to end everything. */
  constructor(
    private readonly source: Source,
    private readonly findings: Findings,
    private readonly pause: (bytes: number) => Promise<void>,
  ) {
    this.names = new Set(source.names);
  }

  async readManifest(): Promise<void> {
    const { fail } = this.findings;
    for (const name of REQUIRED) if (!this.names.has(name)) fail("files", "it is missing.", name);
    for (const name of this.names) {
      if (!belongs(name)) fail("files", `the file ${said(name)} does not belong in a bundle.`);
    }
    const data = await this.content("manifest.json");
    if (!data) return;
    try {
      const value = parseJson(data);
      const problem = manifestProblem(value);
      if (problem !== null) throw new Unreadable(`its field ${said(problem)} is not as it must be`);
      if (!isCanonical(value, data)) fail("files", "it is not in its one form (RFC 8785).", "manifest.json");
      this.manifest = value as unknown as Manifest;
    } catch (error) {
      fail("files", `${(error as Error).message}.`, "manifest.json");
      return;
    }
    for (const [name, facts] of Object.entries(this.manifest.files)) this.listed.set(name, facts);
    for (const name of this.names) {
      if (name !== "manifest.json" && !this.listed.has(name))
        fail("files", "manifest.json does not list it.", said(name));
    }
    for (const name of this.listed.keys()) {
      if (!this.names.has(name) && !REQUIRED.includes(name)) {
        fail("files", `manifest.json lists ${said(name)}, which is not in the bundle.`);
      }
    }
  }

  /** The pieces of a file; nothing when it is missing. Throws `Unreadable` where it cannot be read. */
  async *chunks(name: string): AsyncGenerator<Uint8Array> {
    const isFirst = !this.read.has(name);
    this.read.add(name);
    if (!this.names.has(name)) return;
    const hash = new Sha256();
    let bytes = 0;
    for await (const chunk of this.source.chunks(name)) {
      if (isFirst) hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
      await this.pause(isFirst ? chunk.length : 0);
    }
    const facts = this.listed.get(name);
    if (isFirst && facts && (facts.bytes !== bytes || facts.sha256 !== hexOf(hash.digest()))) {
      this.findings.fail("files", "its content is not what manifest.json lists.", name);
    }
  }

  /** The whole content; null after it was recorded why there is none. */
  async content(name: string, limit = MAX_DOCUMENT_BYTES): Promise<Uint8Array<ArrayBuffer> | null> {
    if (!this.names.has(name)) return null;
    const parts: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const chunk of this.chunks(name)) {
        size += chunk.length;
        if (size > limit) throw new Unreadable(`it is larger than ${limit} bytes`);
        parts.push(chunk);
      }
      return joined(parts);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.findings.fail("files", `${error.message}.`, name);
      return null;
    }
  }

  async text(name: string): Promise<string | null> {
    const data = await this.content(name);
    try {
      return data && textOf(data);
    } catch (error) {
      this.findings.fail("files", `${(error as Error).message}.`, name);
      return null;
    }
  }

  /** The lines of a file, some at a time. A file that cannot be read further becomes a failure. */
  async *lines(name: string): AsyncGenerator<Uint8Array[]> {
    let rest: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of this.chunks(name)) {
        const lines: Uint8Array[] = [];
        let from = 0;
        for (let at = chunk.indexOf(NEWLINE); at >= 0; from = at + 1, at = chunk.indexOf(NEWLINE, from)) {
          const end = chunk.subarray(from, at);
          lines.push(rest.length ? joined([...rest, end]) : end);
          rest = [];
          length = 0;
        }
        rest.push(chunk.subarray(from));
        length += chunk.length - from;
        if (length > MAX_LINE_BYTES) throw new Unreadable(`a line is longer than ${MAX_LINE_BYTES} bytes`);
        yield lines;
      }
      if (length) throw new Unreadable("the last line is cut off");
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.findings.fail("files", `it cannot be read to its end: ${error.message}.`, name);
    }
  }

  /** Holds what nobody has read yet against the manifest, too. */
  async readTheRest(): Promise<void> {
    for (const name of this.names) if (!this.read.has(name) && belongs(name)) await this.content(name);
  }
}
