/** Signed notes (C2SP signed-note), checkpoints (C2SP tlog-checkpoint) and cosignatures (C2SP tlog-cosignature). */

import { base64Bytes, hexOf, isSame, Unreadable, utf8 } from "./bytes";
import { HASH_BYTES } from "./merkle";
import { sha256 } from "./sha256";

export interface Vkey {
  line: string;
  name: string;
  keyId: Uint8Array;
  /** 1: signs notes; 4: a witness, cosigns checkpoints. */
  type: number;
  key: CryptoKey;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
  /** The verifier keys that signed it. */
  signers: string[];
}

interface Note {
  text: string;
  signatures: { name: string; keyId: Uint8Array; signature: Uint8Array<ArrayBuffer> }[];
}

const MAX_SIGNATURES = 100;

export const importEd25519 = (bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);

function checkName(name: string): void {
  if (!name || /[+\s\p{C}\p{Z}]/u.test(name)) throw new Unreadable("a signer's name is not a name");
}

/** Reads one verifier key of one of `types`. */
export async function parseVkey(line: string, types = [1]): Promise<Vkey> {
  const [name = "", id, ...rest] = line.split("+");
  const data = base64Bytes(rest.join("+"));
  if (!types.includes(data[0]!) || data.length !== 33) throw new Unreadable("the verifier key is not an Ed25519 key");
  checkName(name);
  const keyId = sha256(utf8(`${name}\n`), data).subarray(0, 4);
  if (hexOf(keyId) !== id) throw new Unreadable("the verifier key's hash does not match its name and key");
  return { line, name, keyId, type: data[0]!, key: await importEd25519(data.slice(1)) };
}

/** The same key of a note's signer under another name. */
export function under(key: Vkey, name: string): Vkey {
  checkName(name);
  const encoded = key.line.split("+").slice(2).join("+");
  const keyId = sha256(utf8(`${name}\n`), base64Bytes(encoded)).subarray(0, 4);
  return { ...key, name, keyId, line: `${name}+${hexOf(keyId)}+${encoded}` };
}

/** Reads verifier keys, one per line; a newline at the end may be there. */
export const parseVkeys = (lines: string): Promise<Vkey[]> =>
  Promise.all(
    lines
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => parseVkey(line)),
  );

export function parseNote(note: string): Note {
  if (/[^\P{Cc}\n]|\p{Cs}/u.test(note)) throw new Unreadable("a note is text without control characters");
  const at = note.lastIndexOf("\n\n");
  const lines = note.slice(at + 2);
  if (at < 0 || !lines.endsWith("\n")) throw new Unreadable("the note has no signatures");
  const signatures = lines.slice(0, -1).split("\n");
  if (signatures.length > MAX_SIGNATURES) throw new Unreadable("the note has too many signatures");
  return { text: note.slice(0, at + 1), signatures: signatures.map(parseSignature) };
}

function parseSignature(line: string): Note["signatures"][0] {
  const [mark, name, encoded, ...more] = line.split(" ");
  if (mark !== "—" || encoded === undefined || more.length) throw new Unreadable("a signature line is malformed");
  checkName(name!);
  const data = base64Bytes(encoded);
  if (data.length < 5) throw new Unreadable("a signature is too short");
  return { name: name!, keyId: data.slice(0, 4), signature: data.slice(4) };
}

const verifies = ({ key }: Vkey, signature: Uint8Array<ArrayBuffer>, text: string): Promise<boolean> =>
  crypto.subtle.verify("Ed25519", key, signature, utf8(text));

/** The text of a note, and who of `keys` has signed it: at least one. A known key's signature that does not match spoils it. */
export async function openNote(note: string, keys: Vkey[]): Promise<{ text: string; signers: string[] }> {
  const { text, signatures } = parseNote(note);
  const signers: string[] = [];
  for (const { name, keyId, signature } of signatures) {
    const key = keys.find((own) => own.name === name && isSame(own.keyId, keyId));
    if (!key) continue;
    if (!(await verifies(key, signature, text)))
      throw new Unreadable(`the signature of ${name} does not match the text`);
    signers.push(key.line);
  }
  if (!signers.length) throw new Unreadable("no signature of the note is by a known key");
  return { text, signers };
}

/** Reads a checkpoint that one of `keys` has signed under the checkpoint's origin. */
export async function openCheckpoint(note: string, keys: Vkey[]): Promise<Checkpoint> {
  const origin = note.split("\n", 1)[0]!;
  const { text, signers } = await openNote(
    note,
    keys.filter(({ name }) => name === origin),
  );
  const lines = text.slice(0, -1).split("\n");
  if (lines.length < 3 || lines.includes("")) throw new Unreadable("the checkpoint has fewer than three lines");
  if (!/^(0|[1-9][0-9]{0,17})$/.test(lines[1]!)) throw new Unreadable("the checkpoint's size is not a plain number");
  const root = base64Bytes(lines[2]!);
  if (root.length !== HASH_BYTES) throw new Unreadable("the checkpoint's root is not 32 bytes long");
  return { origin, size: Number(lines[1]), root, signers };
}

/** When `witness` cosigned the note (seconds since 1970); null where it did not. Throws where its cosignature is false. */
export async function cosignedAt(note: string, witness: Vkey): Promise<number | null> {
  const { text, signatures } = parseNote(note);
  let latest: number | null = null;
  for (const { name, keyId, signature } of signatures) {
    if (name !== witness.name || !isSame(keyId, witness.keyId)) continue;
    if (signature.length !== 72) throw new Unreadable(`the cosignature of ${name} is not 72 bytes long`);
    const time = new DataView(signature.buffer).getBigUint64(0);
    if (time > 253_402_300_799n) throw new Unreadable(`the cosignature of ${name} names no time before the year 10000`);
    const message = `cosignature/v1\ntime ${time}\n${text}`;
    if (!(await verifies(witness, signature.slice(8), message))) {
      throw new Unreadable(`the cosignature of ${name} does not match the checkpoint`);
    }
    latest = Math.max(latest ?? 0, Number(time));
  }
  return latest;
}
