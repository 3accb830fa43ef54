import { expect, test } from "vitest";
import { borrow, webLink } from "../src/preferences/borrowed";
import type { PartContext } from "../src/preferences/part";
import { countryName, dayInWords, durationInWords, fill, longestLifetime } from "../src/preferences/words";
import { h } from "../src/ui/dom";

test("durations, countries and days are words of the visitor's language", () => {
  expect(durationInWords("P13M", "de")).toBe("13 Monate");
  expect(durationInWords("PT30M", "en")).toBe("30 minutes");
  expect(durationInWords("session", "en")).toBe("session");
  expect(countryName("US", "de")).toBe("Vereinigte Staaten");
  expect(dayInWords(20779, "fr")).toBe("22 novembre 2026");
});

test("a text is filled in, and what nobody knows stays", () => {
  expect(fill("{a} of {b}, {c}", { a: "{b}", b: "2" })).toBe("{b} of 2, {c}");
});

test.each([
  [["P1D", "P2W", "PT36H"], "2 weeks"],
  [["session", "PT30M"], "30 minutes"],
  [["P90D", "persistent", "P13M"], "until you delete it"],
  [["P13M", "P1Y"], "13 months"],
  [["session"], "until you close the browser"],
  [[], ""],
])("of %j the longest is %j", (lifetimes, expected) => {
  const texts = { lifetime_session: "until you close the browser", lifetime_persistent: "until you delete it" };
  const items = lifetimes.map((lifetime) => ({ lifetime }));
  expect(longestLifetime(items, texts, "en")).toBe(expected);
});

test("only web and mail addresses become links", () => {
  borrow({ h } as PartContext);
  expect(webLink("javascript:alert(1)", "x")).toBe("x");
  expect(webLink("https://app.example/", "x")).toBeInstanceOf(HTMLAnchorElement);
});
