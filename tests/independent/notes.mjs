/** Notes (C2SP signed-note), checkpoints (C2SP tlog-checkpoint), cosignatures (C2SP tlog-cosignature), and RFC 6962's tree. */

import { Bad, base64, sha256 } from "./basics.mjs";

export async function parseVkey(line) {
  const [name, id, ...rest] = line.split("+");
  const data = base64(rest.join("+"));
  if (!name || /[\s\p{C}]/u.test(name) || ![1, 4].includes(data[0]) || data.length !== 33) throw new Bad("not a vkey");
  const keyId = sha256(name, "\n", data).subarray(0, 4);
  if (keyId.toString("hex") !== id) throw new Bad("a vkey's hash is wrong");
  const key = await crypto.subtle.importKey("raw", data.subarray(1), "Ed25519", false, ["verify"]);
  return { name, keyId, key, type: data[0], public: data.toString("hex") };
}

/** A vkey's public key; its name changes when a log is restored. */
export const publicOf = (vkey) => base64(vkey.split("+").slice(2).join("+")).toString("hex");
export const parseVkeys = (lines) => Promise.all(lines.replace(/\n$/, "").split("\n").map(parseVkey));

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

/** The same key under another name: a log that is restored goes on under another. */
export const under = (key, name) => ({
  ...key,
  name,
  keyId: sha256(name, "\n", Buffer.from(key.public, "hex")).subarray(0, 4),
});

export async function openCheckpoint(note, keys) {
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
export async function cosigned(note, key) {
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
export function roots(entries, sizes) {
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
