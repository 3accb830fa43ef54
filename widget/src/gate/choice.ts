/** The visitor's choice as the browser keeps it: the grammar of docs/choice-cookie.md, read and written. */

import type { TrackerRule } from "../types";

/** What was granted, under which config version, on which UTC day (days since 1970-01-01), until which day. */
export interface Choice {
  version: number;
  granted: string[];
  differs: string[];
  decided: number;
  expires: number;
}

const ID = "[a-z][a-z\\d-]{0,31}";
const IDS = `(-|${ID}(?:~${ID})*)`;
const GRAMMAR = RegExp(`^1\\.(\\d{1,9})\\.${IDS}\\.${IDS}\\.(\\d{1,6})\\.(\\d{1,6})$`);

/** Reads a choice. Anything that is not exactly the grammar is no choice: `null`. */
export function parseChoice(value: string | null | undefined): Choice | null {
  const parts = (value as string)?.length <= 1000 && GRAMMAR.exec(value as string);
  if (!parts) return null;
  const [, version, granted, differs, decided, expires] = parts;
  const ids = (text: string) => (text === "-" ? [] : text.split("~"));
  return { version: +version, granted: ids(granted), differs: ids(differs), decided: +decided, expires: +expires };
}

/** Writes a choice; ids stand in the order they are given in. */
export function formatChoice({ version, granted, differs, decided, expires }: Choice): string {
  return [1, version, granted.join("~") || "-", differs.join("~") || "-", decided, expires].join(".");
}

/**
 * Whether the choice says yes to a tracker. What was said of it by itself before it became what it is (in another
 * category, perhaps) counts only as a no.
 */
export function grants(
  { version, granted, differs }: Choice,
  { id, category, since }: Pick<TrackerRule, "id" | "category" | "since">,
): boolean {
  const isGranted = granted.includes(category);
  return differs.includes(id) ? !isGranted && version >= since : isGranted;
}
