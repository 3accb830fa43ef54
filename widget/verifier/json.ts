/** JSON written by anyone, and its one form (RFC 8785), so that every reader reads the same from it. */

import { textOf, Unreadable } from "./bytes";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Fields = { [name: string]: Json };

/** Reads strict UTF-8 JSON. Throws `Unreadable`. */
export function parseJson(data: Uint8Array): Json {
  try {
    return JSON.parse(textOf(data));
  } catch {
    throw new Unreadable("it is not JSON");
  }
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether `text` has a UTF-8 form. */
const isWhole = (text: string): boolean => !/[\ud800-\udfff]/.test(text) || !/\p{Surrogate}/u.test(text);

/** The RFC 8785 form of `value`; null where there is none: half a surrogate pair, or nested too deeply. */
export function canonicalText(value: Json): string | null {
  try {
    return write(value);
  } catch {
    return null;
  }
}

function write(value: Json): string {
  if (typeof value === "string" && !isWhole(value)) throw new Unreadable("half a character");
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(write).join()}]`;
  // Sorted as RFC 8785 asks: by UTF-16 code units.
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${write(name)}:${write(value[name]!)}`).join()}}`;
}

/** Whether `data` is the one form of `value`, which was read from it. */
export function isCanonical(value: Json, data: Uint8Array): boolean {
  const text = textOf(data);
  // The quick way, where no half of a surrogate pair can be: names in order, and as the browser writes it. It writes names that are
  // numbers first, whatever their order.
  const isQuick = !text.includes("\\ud") && hasNamesInOrder(value) && JSON.stringify(value) === text;
  return isQuick || canonicalText(value) === text;
}

function hasNamesInOrder(value: Json): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(hasNamesInOrder);
  let last: string | null = null;
  for (const name in value) {
    if (last !== null && last >= name) return false;
    if (!hasNamesInOrder(value[name]!)) return false;
    last = name;
  }
  return true;
}
