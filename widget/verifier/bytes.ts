/** Bytes and texts, strictly: what has two spellings is taken in one. */

/** Something of a bundle cannot be read as what it must be. */
export class Unreadable extends Error {}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text) as Uint8Array<ArrayBuffer>;

export function textOf(data: Uint8Array): string {
  try {
    return strict.decode(data);
  } catch {
    throw new Unreadable("it is not UTF-8 text");
  }
}

export const hexOf = (data: Uint8Array): string =>
  Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

export function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Standard base64 with padding (RFC 4648 §4), in its one form. */
export function base64Bytes(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new Unreadable("it is not base64");
  }
  if (btoa(binary) !== text) throw new Unreadable("it is not base64 in its one form");
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

export const base64Text = (data: Uint8Array): string => btoa(String.fromCharCode(...data));

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value++) VALUES[DIGITS.charCodeAt(value)] = value;

/** base64url without padding (RFC 7515 §2), in its one form. `text` is ASCII bytes. */
export function base64urlBytes(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const rest = text.length & 3;
  const size = Math.floor((text.length * 3) / 4);
  const data = new Uint8Array(size);
  let at = 0;
  let bits = 0;
  let isBad = rest === 1 ? 1 : 0;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index]!;
    const value = byte < 128 ? VALUES[byte]! : -1;
    isBad |= value >>> 31;
    bits = (bits << 6) | (value & 63);
    switch (index & 3) {
      case 1:
        data[at++] = bits >>> 4;
        break;
      case 2:
        data[at++] = bits >>> 2;
        break;
      case 3:
        data[at++] = bits;
    }
  }
  // Bits that no byte is made of must be zero.
  if (isBad || (rest === 2 && bits & 15) || (rest === 3 && bits & 3)) throw new Unreadable("it is not base64url");
  return data;
}

export const base64urlText = (data: Uint8Array): string =>
  base64Text(data).replace(/[+/=]/g, (char) => ({ "+": "-", "/": "_" })[char] ?? "");
