/** How discovery mode hands over what it has found. */

import { expect, test } from "vitest";
import { deskAddress, MAX_SENT } from "../src/discovery/address";

const DESK = "https://consent.example/admin/found/s_a";

test("the desk gets it behind the sign that no server is told, unless it is too long", () => {
  const draft = 'match:\n  - {host: "a&b#c.example", path: "/"}\n';
  const address = new URL(deskAddress(DESK, draft)!);
  expect(address.origin + address.pathname + address.search).toBe(DESK);
  expect(decodeURIComponent(address.hash.replace("#found=", ""))).toBe(draft);
  expect(deskAddress(DESK, "x".repeat(MAX_SENT))).toBeUndefined();
});
