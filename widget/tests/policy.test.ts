/** *Strict automatic*: the page's policy follows the choice. How one is written: contract.test.ts. */

import { beforeEach, describe, expect, test, vi } from "vitest";
import { contentSecurityPolicy, enforcePolicy } from "../src/preferences/policy";
import { usePages } from "./page";
import { click, openPage } from "./sites";
import { blockStorage, makeConfig, NAME, SITE, settle } from "./support";

usePages();

const policyFor = (...allowed: string[]) => contentSecurityPolicy(makeConfig(), (id) => allowed.includes(id));
const CLOSED = policyFor();
const ANALYTICS = policyFor("clickstream");
const metas = () =>
  [...document.querySelectorAll<HTMLMetaElement>("meta[http-equiv=Content-Security-Policy]")].map(
    ({ content }) => content,
  );
const forNext = () => localStorage.getItem(`${NAME}_csp`);

describe("enforcing", () => {
  test("the same policy changes nothing, and is kept for the next page until its day", () => {
    expect(enforcePolicy(SITE, CLOSED)(CLOSED, 20780)).toBe(false);
    expect(metas()).toEqual([]);
    expect(forNext()).toBe(`20780 ${CLOSED}`);
  });

  test("a narrower one is put into the page at once, without a reload", () => {
    const enforce = enforcePolicy(SITE, ANALYTICS);
    expect(enforce(CLOSED, 20959)).toBe(false);
    expect(metas()).toEqual([CLOSED]);
    expect(forNext()).toBe(`20959 ${CLOSED}`);
    expect(enforce(CLOSED, 20959)).toBe(false);
    expect(metas()).toEqual([CLOSED]);
  });

  test("a wider one needs the reload, for which it is kept", () => {
    expect(enforcePolicy(SITE, CLOSED)(ANALYTICS, 20959)).toBe(true);
    expect(metas()).toEqual([]);
    expect(forNext()).toBe(`20959 ${ANALYTICS}`);
  });

  test("what was narrowed in the page is not widened by going back", () => {
    const enforce = enforcePolicy(SITE, ANALYTICS);
    enforce(CLOSED, 20959);
    expect(enforce(ANALYTICS, 20959)).toBe(true);
  });

  test("one that is neither needs the reload, too", () => {
    expect(enforcePolicy(SITE, ANALYTICS)(policyFor("advertising"), 20959)).toBe(true);
  });

  test("where a reload has not brought it, the page is not loaded again for it", () => {
    expect(enforcePolicy(SITE, CLOSED)(ANALYTICS, 20959)).toBe(true);
    const next = enforcePolicy(SITE, CLOSED);
    expect(next(ANALYTICS, 20959)).toBe(false);
    expect(next(policyFor("advertising"), 20959)).toBe(true);
  });

  test("where it has brought it, a later one may ask again", () => {
    enforcePolicy(SITE, CLOSED)(ANALYTICS, 20959);
    const next = enforcePolicy(SITE, ANALYTICS);
    next(ANALYTICS, 20959);
    next(CLOSED, 20959);
    expect(next(ANALYTICS, 20959)).toBe(true);
  });

  test("with storage blocked the page is never loaded again: nothing would come of it", () => {
    blockStorage();
    expect(enforcePolicy(SITE, CLOSED)(ANALYTICS, 20959)).toBe(false);
  });
});

describe("in the page", () => {
  const reload = vi.fn();
  const open = async (inPage: string) => {
    const tag = document.createElement("script");
    tag.type = "text/plain";
    tag.src = `https://consent.example.com/s/${SITE}.js`;
    tag.dataset.strict = inPage;
    document.head.append(tag);
    const page = await openPage({}, { isStrict: true });
    await settle();
    return page;
  };
  const allAllowed = () => policyFor(...makeConfig().trackers.map(({ id }) => id));
  const beforeChoice = () => policyFor("sign-in", "cookie-choice", "payment");
  beforeEach(() => {
    reload.mockClear();
    vi.spyOn(location, "reload").mockImplementation(reload);
  });

  test("before a choice the policy of the moment is kept for a day", async () => {
    await open(beforeChoice());
    expect(forNext()).toBe(`20780 ${beforeChoice()}`);
    expect(reload).not.toHaveBeenCalled();
  });

  test("what needs no yes but is not in the bootstrap's policy comes with one reload", async () => {
    await open(CLOSED);
    expect(reload).toHaveBeenCalledOnce();
    expect(forNext()).toBe(`20780 ${beforeChoice()}`);
  });

  test("a yes is kept until its last day, and has the page loaded again", async () => {
    await open(beforeChoice());
    click("[data-action=accept]");
    await settle();
    expect(forNext()).toBe(`20959 ${allAllowed()}`);
    expect(reload).toHaveBeenCalledOnce();
  });

  test("a no costs nothing", async () => {
    await open(beforeChoice());
    click("[data-action=reject]");
    await settle();
    expect(reload).not.toHaveBeenCalled();
    expect(metas()).toEqual([]);
  });

  test("a withdrawal narrows the page's policy without a reload", async () => {
    localStorage.setItem(NAME, "1.3.functional~analytics~recording~marketing.-.20779.20959");
    const { api } = await open(allAllowed());
    expect(reload).not.toHaveBeenCalled();
    api.withdraw();
    await settle();
    expect(metas()).toEqual([beforeChoice()]);
    expect(reload).not.toHaveBeenCalled();
    expect(forNext()).toBe(`20959 ${beforeChoice()}`);
  });

  test("without the bootstrap nobody has a policy put in", async () => {
    await openPage({}, { isStrict: true });
    await settle();
    expect(metas()).toEqual([]);
    expect(forNext()).toBeNull();
  });
});
