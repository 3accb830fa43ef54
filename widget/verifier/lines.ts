/** A line of receipts.jsonl or statements.jsonl. */

import { textOf } from "./bytes";
import { isObject, type Json } from "./json";

/** Reads a line: `{"index": …, "jws": "…"}`. */
export function parseLine(bytes: Uint8Array): { index: number; jws: string } | null {
  try {
    const text = textOf(bytes);
    const value: Json = JSON.parse(text);
    if (!isObject(value) || Object.keys(value).sort().join() !== "index,jws") return null;
    const { index, jws } = value;
    // Whole numbers only, as they are written: readers of other languages tell 1 from 1.0.
    const isPlain = /"index"\s*:\s*(0|[1-9][0-9]*)\s*[,}]/.test(text) && Number.isSafeInteger(index);
    return isPlain && typeof jws === "string" ? { index: index as number, jws } : null;
  } catch {
    return null;
  }
}
