/** Held to the same examples as every other reader: tests/contract/. */

import { expect, test } from "vitest";
import choices from "../../../tests/contract/choice.json";
import decisions from "../../../tests/contract/decisions.json";
import site from "../../../tests/contract/site-servers.json";
import { grants, isInForce, parseChoice, readChoice } from "../choice";

test.each(choices.examples)("reads the choice $value", ({ value, parsed }) => {
  expect(parseChoice(value)).toEqual(parsed && { value, ...parsed });
});

test.each(site.cookies)("of a whole header the right value counts: $name", ({ header, value }) => {
  expect(readChoice(header, site.site)?.value ?? null).toBe(value);
});

const TELLING = decisions.examples.filter(({ expect: reasons }) => /expired|granted/.test(reasons.join()));

test.each(TELLING)("is in force when Placet says so: $name", ({ choice, today, expect: reasons }) => {
  expect(isInForce(parseChoice(choice)!, today)).toBe(!reasons.includes("-expired"));
});

test("a category is granted while the choice is in force, by this machine's clock if no day is named", () => {
  const choice = parseChoice("1.3.analytics.-.20779.20959");
  expect(grants(choice, "analytics", 20779)).toBe(true);
  expect(grants(choice, "marketing", 20779)).toBe(false);
  expect(grants(choice, "analytics", 20959)).toBe(false);
  expect(grants(null, "analytics", 20779)).toBe(false);
  expect(grants(null, "necessary")).toBe(true);
  expect(grants(parseChoice("1.3.analytics.-.100.200"), "analytics")).toBe(false);
});
