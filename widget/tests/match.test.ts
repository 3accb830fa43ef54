/** Which trackers an address belongs to, and how to see quickly that a text names none. */

import { expect, test } from "vitest";
import { compileMatch, wordsOf } from "../src/gate/match";
import { makeTracker } from "./support";

const listing = (id: string, ...match: string[]) => makeTracker({ id, match });
const trackers = [
  listing("wild", "*.example.com"),
  listing("deep", "*.cdn.example.com"),
  listing("exact", "stats.example.com"),
  listing("path", "stats.example.com/ads/"),
  listing("shared-a", "shared.example"),
  listing("shared-b", "shared.example"),
  listing("own-path", "app.example/collect"),
];
const idsOf = compileMatch(trackers);

test.each([
  ["https://stats.example.com/x.js", ["exact"]],
  ["https://stats.example.com/ads/x.js", ["path"]],
  ["//stats.example.com:8443/ads/", ["path"]],
  ["https://other.example.com/", ["wild"]],
  ["https://a.cdn.example.com/", ["deep"]],
  ["https://STATS.example.com/", ["exact"]],
  ["wss://stats.example.com/live", ["exact"]],
  ["https://shared.example/", ["shared-a", "shared-b"]],
  ["/collect?v=1", ["own-path"]],
  ["/app.js", []],
  ["https://example.com/", []],
  ["https://notexample.com/", []],
  ["https://stats.example.com.evil.example/", []],
  ["data:text/plain,stats.example.com", []],
  ["https://", []],
])("%s belongs to %j", (url, expected) => {
  expect(idsOf(url)).toEqual(expected);
});

test("what is listed first or last makes no difference to what is most specific", () => {
  const backwards = compileMatch([...trackers].reverse());
  for (const url of ["https://stats.example.com/ads/x.js", "https://a.cdn.example.com/", "/collect"]) {
    expect(backwards(url)).toEqual(idsOf(url));
  }
});

test.each([
  '<img src="https://stats.example.com/p.gif">',
  '<script src="//a.b.cdn.example.com/x.js"></script>',
  '<img src="/collect?page=1">',
  '<img src="https://stats&#46;example.com/p.gif">',
])("a text that names an address has one of the words: %s", (text) => {
  expect(wordsOf(trackers).some((word) => text.includes(word))).toBe(true);
});

test("a text that names none has none", () => {
  const text = '<p>An example of stats</p><img src="/logo.png"><a href="https://app.example/">Home</a>';
  expect(wordsOf(trackers).some((word) => text.includes(word))).toBe(false);
});
