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

/** Writes a UTC day, in days since 1970-01-01. */
export function dayInWords(day: number, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" }).format(day * 86_400_000);
}

/** Fills `{name}` in a text. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
