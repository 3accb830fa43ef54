/** What nobody lists, as a beginning of a tracker in the config's own words: docs/config.md. */

import type { Finding } from "./findings";
import { MAX_NAME } from "./recognise";

/** As a config says it where the browser does not: what a page stores there stays, or goes with the tab. */
const LIFETIMES = new Map([
  ["local", "persistent"],
  ["session", "session"],
  ["indexeddb", "persistent"],
]);

/**
 * A text in double quotes of YAML 1.2, in ASCII: whatever a page has called a cookie, it is a text, on one line. Half a
 * surrogate pair is no character.
 */
export function quote(text: string): string {
  const escaped = [...text].map((character) => {
    const code = character.codePointAt(0)!;
    if (code >= 0xd800 && code <= 0xdfff) return "\\uFFFD";
    if (code > 0xffff) return `\\U${code.toString(16).padStart(8, "0")}`;
    if (code < 0x20 || code > 0x7e) return `\\u${code.toString(16).padStart(4, "0")}`;
    return /["\\]/.test(character) ? `\\${character}` : character;
  });
  return `"${escaped.join("")}"`;
}

/**
 * Writes one entry for `trackers`, to be pasted below the last of a config. What only a person can know is empty, so that the
 * desk says it is missing. A name that ends in `*` would stand for others, too, and a cut one for none: they are left
 * to a person.
 */
export function writeDraft(unlisted: Finding[]): string {
  const isWhole = ({ name }: Finding) => name.length > 0 && !name.endsWith("*") && name.length <= MAX_NAME;
  const left = unlisted.filter((own) => !isWhole(own));
  const hosts = unlisted.filter((own) => own.kind === "host");
  const stored = unlisted.filter((own) => own.kind !== "host" && own.kind !== "element" && isWhole(own));
  const list = (name: string, lines: string[]) =>
    lines[0] ? [`    ${name}:`, ...lines.map((line) => `      - ${line}`)] : [`    ${name}: []`];
  const lines = [
    "  # Found in discovery mode, listed by no tracker. Make one entry of it per vendor, and fill in what is empty.",
    ...left.map(({ kind, name }) => `  # Look yourself, the name cannot stand here: ${kind} ${quote(name)}`),
    "  - id: found",
    '    category: ""',
    '    name: ""',
    '    vendor: ""',
    "    purpose: {}",
    ...list(
      "match",
      hosts.map(({ name }) => `{host: ${quote(name)}, path: "/"}`),
    ),
    ...list(
      "storage",
      stored.map(
        ({ kind, name, lifetime }) =>
          `{kind: ${kind}, name: ${quote(name)}, lifetime: ${quote(lifetime || LIFETIMES.get(kind) || "")}}`,
      ),
    ),
  ];
  return `${lines.join("\n")}\n`;
}
