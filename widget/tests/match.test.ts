import { expect, test } from "vitest";
import { compileMatch } from "../src/gate/match";
import { makeTracker } from "./support";

const listing = (id: string, host: string, path = "/") => makeTracker({ id, match: [{ host, path }] });
const idsOf = compileMatch([
  listing("wild", "*.example.com"),
  listing("deep", "*.cdn.example.com"),
  listing("exact", "stats.example.com"),
  listing("path", "stats.example.com", "/ads/"),
  listing("shared-a", "shared.example"),
  listing("shared-b", "shared.example"),
  listing("own-path", "app.example", "/collect"),
]);

test.each([
  ["https://stats.example.com/x.js", ["exact"]],
  ["https://stats.example.com/ads/x.js", ["path"]],
  ["//stats.example.com:8443/ads/", ["path"]],
  ["https://other.example.com/", ["wild"]],
  ["https://a.cdn.example.com/", ["deep"]],
  ["https://STATS.example.com/", ["exact"]],
  ["https://shared.example/", ["shared-a", "shared-b"]],
  ["/collect?v=1", ["own-path"]],
  ["/app.js", undefined],
  ["https://example.com/", undefined],
  ["https://notexample.com/", undefined],
  ["https://stats.example.com.evil.example/", undefined],
  ["data:text/plain,stats.example.com", undefined],
  ["https://", undefined],
])("%s belongs to %j", (url, expected) => {
  expect(idsOf(url)).toEqual(expected);
});
