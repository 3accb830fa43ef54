/** From a draft to a receipt's body: what names it, and what is kept of that. */

import { expect, test } from "vitest";
import { newSecret, uuidv7 } from "../src/after/ids";
import { isGrant, makeReceipt, readRecord } from "../src/after/receipt";
import { usePages } from "./page";
import { blockStorage, NAME, NOW, SITE } from "./support";

usePages();

const draftOf = (analytics: boolean, changes = {}) => ({
  method: "banner:reject-all",
  trusted: true,
  choices: { necessary: true, analytics },
  trackers: {},
  viewport: 1024,
  shown_at: NOW - 4_000,
  decided_at: NOW,
  ...changes,
});

test("ids are UUIDv7 in the order of time, secrets 16 bytes base64url", () => {
  expect(uuidv7(NOW)).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(Number.parseInt(uuidv7(NOW).replace("-", "").slice(0, 12), 16)).toBe(NOW);
  expect(uuidv7(NOW) < uuidv7(NOW + 1)).toBe(true);
  expect(newSecret()).toMatch(/^[\w-]{22}$/);
  expect(newSecret()).not.toBe(newSecret());
});

test("a draft's fields stay as they are, its times are written out", () => {
  const body = JSON.parse(JSON.stringify(makeReceipt(SITE, {}, draftOf(false, { layout: "corner" }))));
  expect(body).toEqual({
    ...draftOf(false),
    layout: "corner",
    id: body.id,
    secret: expect.stringMatching(/^[\w-]{22}$/),
    previous: null,
    viewport: "medium",
    shown_at: "2026-11-22T11:59:56.000Z",
    decided_at: "2026-11-22T12:00:00.000Z",
  });
  expect(Number.parseInt(body.id.replace("-", "").slice(0, 12), 16)).toBe(NOW);
});

test.each([
  [599, "narrow"],
  [600, "medium"],
  [1199, "medium"],
  [1200, "wide"],
])("a window of %i CSS px is %s", (width, viewport) => {
  expect(makeReceipt(SITE, {}, draftOf(false, { viewport: width })).viewport).toBe(viewport);
});

test("of a first refusal nothing is kept, not even in memory", () => {
  const memory = {};
  const [first, second] = [makeReceipt(SITE, memory, draftOf(false)), makeReceipt(SITE, memory, draftOf(false))];
  expect(localStorage.length).toBe(0);
  expect(memory).toEqual({});
  expect(first.secret).not.toBe(second.secret);
});

test("from the first yes on, receipts of a browser belong together", () => {
  const yes = makeReceipt(SITE, {}, draftOf(true));
  expect(readRecord(SITE)).toEqual({ secret: yes.secret, previous: yes.id });
  const no = makeReceipt(SITE, {}, draftOf(false, { decided_at: NOW + 1 }));
  expect(no).toMatchObject({ secret: yes.secret, previous: yes.id });
  expect(readRecord(SITE)?.previous).toBe(no.id);
});

test("with storage blocked they do so as long as the page lives", () => {
  blockStorage();
  const memory = {};
  const yes = makeReceipt(SITE, memory, draftOf(true));
  expect(makeReceipt(SITE, memory, draftOf(false))).toMatchObject({ secret: yes.secret, previous: yes.id });
});

test("a record that is no JSON is none", () => {
  localStorage.setItem(`${NAME}_record`, "{");
  expect(makeReceipt(SITE, {}, draftOf(false)).previous).toBeNull();
});

test("the receipt of the signal stands apart from the record", () => {
  const yes = makeReceipt(SITE, {}, draftOf(true));
  const signal = makeReceipt(SITE, {}, draftOf(false, { method: "gpc" }));
  expect(signal.secret).not.toBe(yes.secret);
  expect(signal.previous).toBeNull();
  expect(readRecord(SITE)?.previous).toBe(yes.id);
});

test.each([
  [{ necessary: true }, {}, false],
  [{ necessary: true, analytics: false }, { clicks: false }, false],
  [{ necessary: true, analytics: true }, { clicks: false }, true],
  [{ necessary: true, analytics: false }, { clicks: true }, true],
])("choices %j, trackers %j: a grant is %j", (choices, trackers, expected) => {
  expect(isGrant({ id: "a", secret: "s", choices, trackers })).toBe(expected);
});
