/** One visitor on one page of one site: what a choice says, what it grants, and who hears of it. */

import { describe, expect, test, vi } from "vitest";
import { usePages } from "./page";
import { openSession } from "./sites";
import {
  ALL,
  ANALYTICS,
  blockStorage,
  CLICK,
  makeConfig,
  NAME,
  NOTHING,
  NOW,
  SITE,
  setCookie,
  settle,
  TODAY,
} from "./support";

usePages();

const kept = () => localStorage.getItem(NAME);
const keep = (value: string) => localStorage.setItem(NAME, value);
const UNTRUSTED = { ...CLICK, trusted: false };

test("before a choice nothing optional is allowed and nothing is stored", async () => {
  const { session } = openSession();
  session.begin();
  await settle();
  expect(session.state()).toEqual({
    site: SITE,
    choice: null,
    allowed: ["sign-in", "cookie-choice", "payment"],
    regime: "eu",
    gpc: false,
    minor: false,
  });
  expect(["clickstream", "analytics", "unknown", "necessary"].map(session.allows)).toEqual([false, false, false, true]);
  expect(localStorage.length + document.cookie.length).toBe(0);
});

describe("a wish", () => {
  test.each([
    ["for all", [{ necessary: true, functional: true, analytics: true, recording: true, marketing: true }], ALL],
    ["for nothing", [{ functional: false, analytics: false, recording: false, marketing: false }], NOTHING],
    ["for one category", [{ analytics: true }], ANALYTICS],
    ["leaves what it does not name", [{ analytics: true }, { recording: true }], "analytics~recording.-"],
    ["takes one back", [{ analytics: true, recording: true }, { analytics: false }], "recording.-"],
    ["against the category", [{ analytics: true }, { clickstream: false }], "analytics.clickstream"],
    ["for a tracker alone, which this site does not offer", [{ analytics: true, advertising: true }], "analytics.-"],
    ["what is necessary cannot be refused", [{ necessary: false, "sign-in": false }], "-.-"],
    ["an unknown id", [{ nobody: true }], "-.-"],
  ])("%s", (_, wishes, expected) => {
    const { session } = openSession();
    for (const wish of wishes) session.makeChoice(wish as Record<string, boolean>, CLICK);
    expect(kept()).toBe(expected.startsWith("1.") ? expected : `1.3.${expected}.20779.20959`);
  });

  test.each([
    ["for a tracker alone", [{ clickstream: true }], "-.clickstream"],
    ["a category later speaks for its trackers, too", [{ clickstream: true }, { analytics: false }], "-.-"],
    ["both at once", [{ analytics: true, clickstream: false, advertising: true }], "analytics.clickstream~advertising"],
  ])("where trackers can be chosen: %s", (_, wishes, expected) => {
    const { session } = openSession(makeConfig({ choice_per_tracker: true }));
    for (const wish of wishes) session.makeChoice(wish as Record<string, boolean>, CLICK);
    expect(kept()).toBe(`1.3.${expected}.20779.20959`);
  });

  test("a yes to a single tracker is not carried on where the site has ceased to offer that", () => {
    keep("1.3.-.clickstream.20779.20959");
    const { session } = openSession();
    expect(session.allows("clickstream")).toBe(true);
    session.makeChoice({ functional: true }, CLICK);
    expect(kept()).toBe("1.3.functional.-.20779.20959");
  });

  test("a yes and a no last as long as their law says", () => {
    const { session } = openSession(makeConfig({ lifetimes: { granted: 365, refused: 90 } }));
    session.makeChoice({ analytics: true }, CLICK);
    expect(session.state().choice?.expires).toBe(TODAY + 365);
    session.makeChoice({ analytics: false }, CLICK);
    expect(session.state().choice?.expires).toBe(TODAY + 90);
  });

  test("a yes to one tracker lasts as a yes", () => {
    const { session } = openSession(makeConfig({ choice_per_tracker: true, lifetimes: { granted: 365, refused: 90 } }));
    session.makeChoice({ clickstream: true }, CLICK);
    expect(session.state().choice?.expires).toBe(TODAY + 365);
  });

  test("for a yes that no visitor gave is passed over: nothing is stored, told or drafted", () => {
    const { session, changed, after } = openSession(makeConfig({ choice_per_tracker: true }));
    const told = vi.fn();
    document.addEventListener("placet:change", told);
    expect(session.makeChoice({ analytics: true }, UNTRUSTED)).toBe(false);
    expect(session.makeChoice({ clickstream: true }, UNTRUSTED)).toBe(false);
    expect(session.state().choice).toBeNull();
    expect(localStorage.length).toBe(0);
    for (const called of [changed, told, after.deliver]) expect(called).not.toHaveBeenCalled();
  });

  test("a no is obeyed whoever says it", () => {
    keep(ALL);
    const { session } = openSession();
    expect(session.makeChoice(session.wishFor(false), UNTRUSTED)).toBe(true);
    expect(kept()).toBe(NOTHING);
  });
});

test("the page is told of every change, with how things stand then", () => {
  const { session, changed } = openSession();
  const told = vi.fn();
  document.addEventListener("placet:change", ({ detail }: CustomEventInit) => told(detail));
  session.makeChoice({ analytics: true }, CLICK);
  expect(changed).toHaveBeenCalledOnce();
  expect(told).toHaveBeenCalledExactlyOnceWith(session.state());
  expect(session.state()).toMatchObject({
    choice: { version: 3, granted: ["analytics"], differs: [], decided: TODAY, expires: TODAY + 180 },
    allowed: ["sign-in", "cookie-choice", "payment", "clickstream", "usability-survey", "activity-log"],
  });
});

test.each([
  ["has run out", "1.3.analytics.-.20500.20779"],
  ["was decided under a clock that ran ahead", "1.3.analytics.-.20781.20961"],
  ["is no choice", "1.3.analytics"],
])("a kept choice that %s does not count", (_, value) => {
  keep(value);
  const { session } = openSession();
  expect(session.state().choice).toBeNull();
  expect(session.allows("clickstream")).toBe(false);
});

test("a choice of tomorrow counts: clocks and zones differ by a day", () => {
  keep("1.3.analytics.-.20780.20960");
  expect(openSession().session.allows("clickstream")).toBe(true);
});

test("withdrawing is told with ids, and handed to the part that stops and deletes", () => {
  keep(ALL);
  const { session, after } = openSession();
  const told = vi.fn();
  document.addEventListener("placet:withdrawn", ({ detail }: CustomEventInit) => told(detail));
  session.makeChoice({ recording: false, marketing: false }, CLICK);
  const ids = ["session-recording", "advertising", "email-opens"];
  expect(told).toHaveBeenCalledExactlyOnceWith({ site: SITE, ids });
  expect(after.tidy.mock.calls.map(([withdrawn]) => withdrawn.map(({ id }) => id))).toEqual([ids]);
  session.makeChoice({ recording: true }, CLICK);
  expect(after.tidy).toHaveBeenCalledOnce();
});

describe("what something held has left from earlier", () => {
  test.each([
    ["a cookie", () => setCookie("_xa_id=1")],
    ["a storage key", () => localStorage.setItem("_xads_seen", "1")],
    ["a key of the session", () => sessionStorage.setItem("_tab", "1")],
  ])("%s is cleared away on the next page", (_, leave) => {
    leave();
    const { session, after } = openSession(makeConfig({}, { "usability-survey": { storage: ["session _tab"] } }));
    expect(after.tidy).not.toHaveBeenCalled();
    session.attend();
    expect(after.tidy).toHaveBeenCalledExactlyOnceWith([]);
  });

  test("where nothing is left, or it is allowed, nobody is asked", () => {
    setCookie("own=1");
    localStorage.setItem("_xa_session", "1");
    keep(ANALYTICS);
    const { session, after } = openSession();
    session.attend();
    expect(after.tidy).not.toHaveBeenCalled();
  });

  test("the cookies are asked for once, however many are listed", () => {
    const { session, after } = openSession(
      makeConfig({}, { "usability-survey": { storage: ["cookie _a", "cookie _b*", "cookie _c"] } }),
    );
    const ask = vi.spyOn(document, "cookie", "get");
    session.attend();
    // The choice is looked for there, too.
    expect(ask).toHaveBeenCalledTimes(2);
    expect(after.tidy).not.toHaveBeenCalled();
  });

  test("where a storage is blocked, it is always tried", () => {
    vi.spyOn(document, "cookie", "get").mockImplementation(() => {
      throw new DOMException("blocked", "SecurityError");
    });
    const { session, after } = openSession();
    session.attend();
    expect(after.tidy).toHaveBeenCalledOnce();
  });

  test("databases cannot be looked for at once, so it is always tried", () => {
    const { session, after } = openSession(makeConfig({}, { clickstream: { storage: ["indexeddb rec-*"] } }));
    session.attend();
    expect(after.tidy).toHaveBeenCalledOnce();
  });
});

/** The visitor said yes to analytics and recording under version 3; in version 4 the clickstream is something new. */
describe("what came later than the yes", () => {
  const open = (changes = {}) => {
    keep("1.3.analytics~recording.-.20779.20959");
    return openSession(makeConfig({ version: 4, ...changes }, { clickstream: { since: 4 } })).session;
  };

  test("waits", () => {
    expect(["clickstream", "usability-survey", "session-recording"].map(open().allows)).toEqual([false, true, true]);
  });

  test.each([false, true])("a wish for something else says no yes to it (choice per tracker: %s)", (perTracker) => {
    const session = open({ choice_per_tracker: perTracker });
    session.makeChoice({ functional: true }, CLICK);
    expect(kept()).toBe("1.4.functional~analytics~recording.clickstream.20779.20959");
    expect(session.allows("clickstream")).toBe(false);
  });

  test("its own yes lets it in, and leaves the rest as it was", () => {
    const session = open();
    session.makeChoice({ clickstream: true }, CLICK);
    expect(kept()).toBe("1.4.analytics~recording.-.20779.20959");
    expect(session.allows("clickstream")).toBe(true);
  });

  test("where the law needs no yes, nobody has to give one", () => {
    keep("1.3.analytics.-.20779.20959");
    const config = makeConfig({ version: 4 }, { clickstream: { since: 4, model: "optout" } });
    const { session } = openSession(config);
    session.makeChoice({ functional: true }, CLICK);
    expect(kept()).toBe("1.4.functional~analytics.-.20779.20959");
  });
});

test("with storage blocked the choice lives as long as the page", () => {
  blockStorage();
  const { session } = openSession();
  session.makeChoice({ analytics: true }, CLICK);
  session.begin();
  expect(session.allows("clickstream")).toBe(true);
  expect(session.state().choice).toMatchObject({ granted: ["analytics"] });
  vi.setSystemTime(NOW + 181 * 86_400_000);
  expect(session.state().choice).toBeNull();
});
