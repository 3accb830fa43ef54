/** The same rules as the server's: tests/contract/*.json, which pytest reads as well. */

import { expect, test } from "vitest";
import choices from "../../tests/contract/choice.json";
import decisions from "../../tests/contract/decisions.json";
import { formatChoice, parseChoice } from "../src/gate/choice";
import { decide, isYes } from "../src/gate/decide";
import type { Rules } from "../src/types";

test.each(choices.examples)("reads the choice $value", ({ value, parsed }) => {
  expect(parseChoice(value)).toEqual(parsed);
});

test.each(choices.examples.filter(({ parsed }) => parsed))("writes $value as it was read", ({ value }) => {
  expect(formatChoice(parseChoice(value)!)).toBe(value);
});

test.each(decisions.examples)("$name", ({ rules, choice, today, gpc, minor, expect: expected }) => {
  const all = decisions.rules as unknown as Record<string, Rules>;
  const reasons = decide(all[rules], parseChoice(choice), { today, gpc, minor });
  expect(reasons.map((reason) => (isYes(reason) ? "+" : "-") + reason)).toEqual(expected);
});
