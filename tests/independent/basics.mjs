/** Bytes, texts and hashes, strictly: what has two spellings is taken in one. */

import { createHash } from "node:crypto";
import { canonical } from "./shapes.mjs";

/** Something of a bundle cannot be read as what it must be. */
export class Bad extends Error {}

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
export const hex = (data) => sha256(data).toString("hex");

/** UTF-8 text, strictly. */
export function text(data) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new Bad("it is not UTF-8");
  }
}

/** JSON, and whether its bytes are its one form (RFC 8785). */
export function json(data) {
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
export function base64(encoded) {
  const data = Buffer.from(encoded, "base64");
  if (data.toString("base64") !== encoded) throw new Bad("not base64");
  return data;
}
