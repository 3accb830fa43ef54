/** Durations, countries and days in the visitor's language. */

const UNITS: Record<string, string> = {
  Y: "year",
  M: "month",
  W: "week",
  D: "day",
  TH: "hour",
  TM: "minute",
  TS: "second",
};

/** Writes an ISO 8601 duration of one unit (`P13M`, `PT30M`) in words; anything else as it stands. */
export function durationInWords(duration: string, lang: string): string {
  const parts = /^P(T?)(\d+)([YMWDHS])$/.exec(duration);
  const unit = parts && UNITS[parts[1] + parts[3]];
  if (!parts || !unit) return duration;
  return new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(+parts[2]);
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

/** About how many days, to compare by. */
const DAYS: Record<string, number> = { Y: 365, M: 30, W: 7, D: 1, TH: 1 / 24, TM: 1 / 1440, TS: 1 / 86_400 };

/** Writes the longest lifetime of what is stored in words; empty where nothing is. */
export function longestLifetime(items: { lifetime: string }[], texts: Record<string, string>, lang: string): string {
  const daysOf = (lifetime: string) => {
    const parts = /^P(T?)(\d+)([YMWDHS])$/.exec(lifetime);
    return parts ? +parts[2] * DAYS[parts[1] + parts[3]] : lifetime === "persistent" ? Number.POSITIVE_INFINITY : 0;
  };
  const [longest] = items.map(({ lifetime }) => lifetime).sort((a, b) => daysOf(b) - daysOf(a));
  return longest ? texts[`lifetime_${longest}`] || durationInWords(longest, lang) : "";
}
