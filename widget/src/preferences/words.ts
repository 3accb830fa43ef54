/** Durations, countries and days in the visitor's language. */

/** By its letters in ISO 8601: what it is called, and about how many days it has. */
const UNITS: Record<string, [string, number]> = {
  Y: ["year", 365],
  M: ["month", 30],
  W: ["week", 7],
  D: ["day", 1],
  TH: ["hour", 1 / 24],
  TM: ["minute", 1 / 1440],
  TS: ["second", 1 / 86_400],
};

/** Reads an ISO 8601 duration of one unit (`P13M`, `PT30M`): how many, of what, how many days each. */
function readDuration(duration: string): [number, string, number] | undefined {
  const [, time, count, letter] = /^P(T?)(\d+)([YMWDHS])$/.exec(duration) || [];
  const unit = UNITS[time + letter];
  return unit && [+count, ...unit];
}

/** Writes an ISO 8601 duration of one unit in words; anything else as it stands. */
export function durationInWords(duration: string, lang: string): string {
  const [count, unit] = readDuration(duration) || [];
  return unit ? new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(count!) : duration;
}

/** Names an ISO 3166-1 alpha-2 country; a code without a name stands as it is. */
export function countryName(code: string, lang: string): string {
  return new Intl.DisplayNames(lang, { type: "region", fallback: "code" }).of(code) || code;
}

/** Writes the day of an RFC 3339 time, where the visitor is. */
export function dateInWords(time: string, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: "long" }).format(new Date(time));
}

/** Writes a UTC day, in days since 1970-01-01. */
export function dayInWords(day: number, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" }).format(day * 86_400_000);
}

/** Writes how many there are, in the text of `name` that has the language's plural form for it. */
export function countInWords(count: number, name: string, texts: Record<string, string>, lang: string): string {
  const form = new Intl.PluralRules(lang).select(count);
  // Where the browser does not know the language, its form may be one that the language does not have; notices from before
  // there were plural forms have `one` and `many`.
  return fill(texts[`${name}_${form}`] || texts[`${name}_other`] || texts[`${name}_many`], {
    count: new Intl.NumberFormat(lang).format(count),
  });
}

/** Fills `{name}` in a text. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Writes the longest lifetime of what is stored in words; empty where nothing is. */
export function longestLifetime(items: { lifetime: string }[], texts: Record<string, string>, lang: string): string {
  const daysOf = (lifetime: string) => {
    const [count, , days] = readDuration(lifetime) || [];
    return days ? count! * days : lifetime === "persistent" ? Number.POSITIVE_INFINITY : 0;
  };
  const [longest] = items.map(({ lifetime }) => lifetime).sort((a, b) => daysOf(b) - daysOf(a));
  return longest ? texts[`lifetime_${longest}`] || durationInWords(longest, lang) : "";
}
