/**
 * Verifies a bundle by the rules of docs/receipts.md. Nothing here trusts the bundle, and a bundle cannot make it throw: whatever is
 * wrong in it becomes a failure.
 */

import { base64Text, hexOf, isSame, utf8 } from "./bytes";
import { Head, isOfSite, type Outside } from "./head";
import { Reader } from "./reader";
import { Record } from "./record";
import { counted, Findings, type Report, said } from "./report";
import { notProven, proven, subjectOf, verdictOf } from "./sentences";
import { sha256 } from "./sha256";
import type { Source } from "./zip";

const MAX_ENTRIES_BYTES = 2 ** 30;

export interface Verified {
  report: Report;
  /** Null where the bundle could not be opened. */
  record: Record | null;
  site: string | null;
}

/** Whether this browser can verify at all: Ed25519 in WebCrypto, and our SHA-256 giving what WebCrypto's gives. */
export async function canVerify(): Promise<boolean> {
  try {
    // RFC 8032 §7.1, test 1: the signature of the empty message.
    const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16));
    const key = bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const signature = bytes(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    const some = utf8("two equal circles ".repeat(50));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", some));
    return (
      (await crypto.subtle.verify("Ed25519", imported, signature, new Uint8Array())) &&
      !(await crypto.subtle.verify("Ed25519", imported, signature, new Uint8Array(1))) &&
      isSame(digest, sha256(some)) &&
      hexOf(sha256()) === "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
  } catch {
    return false;
  }
}

/** `pause` is told after each piece how many bytes were read; it may wait, and throws to end everything. */
export async function verify(
  source: Source,
  outside: Outside,
  pause: (bytes: number) => Promise<void>,
): Promise<Verified> {
  const findings = new Findings();
  const reader = new Reader(source, findings, pause);
  await reader.readManifest();
  const { manifest } = reader;
  const head = new Head(reader, findings, outside);
  await head.read();
  const entries = (await reader.content("entries.bin", MAX_ENTRIES_BYTES)) ?? new Uint8Array();
  const selection = manifest?.selection ?? null;
  const record = new Record(reader, findings, entries, manifest?.site ?? null, selection);
  await record.readKeys();
  await record.citations.readDocuments();
  await record.readStatements();
  record.citations.checkNamed();
  if (head.checkpoint && !record.keys.statesLogKey(head.checkpoint.signers)) {
    findings.fail("keys", "no log key that the log states, and has not retired, has signed it.", "checkpoint");
  }
  await head.compare(entries, record.keys.stated(), record.restorations, pause);
  await record.readReceipts();
  const { leftOut, below, above } = record.checkCoverage();
  const counts = {
    receipts: record.count("receipt"),
    statements: record.count("statement"),
    removed: record.count("removed"),
    left_out: leftOut,
  };
  checkManifest(reader, head, counts, findings);
  await reader.readTheRest();
  const context = { head, record, counts, findings, selection, outside, below, above };
  const isOk = findings.count === 0;
  return {
    site: manifest?.site ?? null,
    record,
    report: {
      ok: isOk,
      first: firstLine(head.outside, outside),
      verdict: verdictOf(context),
      outside: head.outside,
      subject: subjectOf(manifest?.site ?? null, head),
      failures: findings.failures,
      failure_count: findings.count,
      proven: proven(context),
      not_proven: notProven(context),
      counts,
      statements: record.kinds,
      removals: record.removals,
      handed: head.handed,
    },
  };
}

/** The report on something that is no bundle. */
export function unreadable(message: string): Verified {
  const failure = {
    check: "files" as const,
    message: `The bundle cannot be read: ${message}.`,
    file: null,
    index: null,
  };
  return {
    site: null,
    record: null,
    report: {
      ok: false,
      first: firstLine(null, null),
      verdict: "The bundle does not verify: one thing is not as it must be.",
      outside: null,
      subject: "Nothing was verified.",
      failures: [failure],
      failure_count: 1,
      proven: [],
      not_proven: [],
      counts: { receipts: 0, statements: 0, removed: 0, left_out: 0 },
      statements: {},
      removals: [],
      handed: [],
    },
  };
}

function firstLine(held: Report["outside"], given: Outside | null): string {
  if (held) {
    return `Last checkpoint held outside: ${counted(held.size, "entry")} (${held.by}${held.at ? ` at ${held.at}` : ""}).`;
  }
  const found = given && (given.against.length || given.witness.length) ? "agrees with this bundle" : "was compared";
  return `No checkpoint held outside ${found}: against the operator nothing here is proven.`;
}

/** Holds what the manifest says of the log against the log. */
function checkManifest({ manifest }: Reader, { checkpoint }: Head, counts: Report["counts"], { fail }: Findings): void {
  if (!manifest) return;
  const found: { [name: string]: unknown } = { ...counts };
  if (checkpoint) {
    Object.assign(found, { origin: checkpoint.origin, size: checkpoint.size, root: base64Text(checkpoint.root) });
    if (!isOfSite(checkpoint.origin, manifest.site)) {
      fail("files", "its `site` is not the one that the log's origin names.", "manifest.json");
    }
  }
  for (const [name, value] of Object.entries(found)) {
    const says = manifest[name as "size"] ?? 0;
    if (says !== value)
      fail("files", `its \`${name}\` is ${said(says)}, and the bundle gives ${said(value)}.`, "manifest.json");
  }
}
