/**
 * The choice cookie, read on a site's server: the grammar of docs/choice-cookie.md, and which of several counts. It is the
 * visitor's own statement, unsigned, and tells categories, not the law of the place: which trackers may run is
 * `Placet.consent`'s to say. Held to tests/contract/choice.json and cookies.json.
 */

export const NECESSARY = "necessary";
const DAY_MS = 86_400_000;
/** Two clocks that are nearly right may stand on either side of midnight. */
const FUTURE_DAYS = 1;

/** What a visitor says to have chosen; days in UTC since 1970-01-01. `value`: as it stood in the cookie. */
export interface Choice {
  value: string;
  version: number;
  granted: string[];
  differs: string[];
  decided: number;
  expires: number;
}

const ID = "[a-z][a-z0-9-]{0,31}";
const IDS = `(-|${ID}(?:~${ID})*)`;
const GRAMMAR = new RegExp(`^1\\.([0-9]{1,9})\\.${IDS}\\.${IDS}\\.([0-9]{1,6})\\.([0-9]{1,6})$`);

/** Reads one cookie's value. Anything that is not exactly the grammar is no choice: `null`. */
export function parseChoice(value: string | null | undefined): Choice | null {
  const parts = value && value.length <= 1000 && GRAMMAR.exec(value);
  if (!parts) return null;
  const ids = (text = "") => (text === "-" ? [] : text.split("~"));
  return {
    value: parts[0],
    version: Number(parts[1]),
    granted: ids(parts[2]),
    differs: ids(parts[3]),
    decided: Number(parts[4]),
    expires: Number(parts[5]),
  };
}

/**
 * Reads the choice for `site` (its key) from a whole `Cookie` header (RFC 6265). Of several copies the one of the latest
 * day counts, of two of one day the one that grants fewer categories, else the first: as the widget reads them.
 */
export function readChoice(cookies: string | null | undefined, site: string): Choice | null {
  const name = `placet_${site}=`;
  const isBetter = (a: Choice, b: Choice) =>
    a.decided > b.decided || (a.decided === b.decided && a.granted.length < b.granted.length);
  return (cookies ?? "")
    .split(";")
    .map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((pair) => pair.startsWith(name))
    .map((pair) => parseChoice(pair.slice(name.length)))
    .reduce((best, other) => (other && (!best || isBetter(other, best)) ? other : best), null);
}

/** Whether a choice holds on `day` (default: today by this machine's clock): neither run out nor made after it. */
export function isInForce({ decided, expires }: Choice, day: number = Math.floor(Date.now() / DAY_MS)): boolean {
  return decided <= day + FUTURE_DAYS && day < expires;
}

/** Whether `category` was granted by a choice in force. `necessary` is granted by nobody, and always on. */
export function grants(choice: Choice | null, category: string, day?: number): boolean {
  return category === NECESSARY || (!!choice && choice.granted.includes(category) && isInForce(choice, day));
}
