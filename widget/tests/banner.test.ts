/** The first layer as a visitor meets it: what it looks like, and what its buttons do. */

import { expect, test, vi } from "vitest";
import { posted, usePages } from "./page";
import { click, get, openPage } from "./sites";
import { ALL, ANALYTICS, hush, makeConfig, NAME, NOTHING, nextFrame, settle } from "./support";

usePages();

const kept = () => localStorage.getItem(NAME);
const banner = () => get("[data-placet=banner]");
const alert = () => banner()?.querySelector("[role=alert]")?.textContent;

test("it is a labelled region at the start of the page with three buttons, and takes no focus", async () => {
  document.body.innerHTML = "<main><input autofocus></main>";
  get("input")!.focus();
  await openPage();
  const first = document.body.firstElementChild!;
  expect(first.matches("[data-placet=banner][role=region][lang=en][data-layout=corner]")).toBe(true);
  expect(first.getAttribute("aria-label")).toBe("Cookie choice");
  const actions = [...first.querySelectorAll("button")].map((button) => button.dataset.action);
  expect(actions).toEqual(["accept", "reject", "settings"]);
  expect(first.querySelector("h2")?.textContent).toBe("Your choice about cookies");
  expect(first.querySelector("a")?.href).toContain("/privacy");
  expect(document.activeElement).toBe(get("input"));
});

test("what may come before a page is hydrated is called by a name that no framework waits for", async () => {
  await openPage();
  await nextFrame();
  expect(get("[data-placet=banner]")!.localName).toBe("placet-banner");
  document.dispatchEvent(new Event("pointerover"));
  await settle();
  expect(get("[data-placet=status]")!.localName).toBe("placet-status");
});

test("accept all: stored, released, told to the page, posted", async () => {
  document.body.innerHTML = '<template data-tracker="clickstream"><p></p></template>';
  const told = vi.fn();
  document.addEventListener("placet:change", ({ detail }: CustomEventInit) => told(detail), { once: true });
  await openPage();
  click("[data-action=accept]");
  expect(kept()).toBe(ALL);
  expect(get("p")).not.toBeNull();
  expect(told.mock.calls[0][0].allowed).toContain("clickstream");
  await settle();
  expect(banner()).toBeNull();
  expect(get("[data-placet=reopen]")).not.toBeNull();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toMatchObject({
    method: "banner:accept-all",
    trusted: true,
    layer: 1,
    equality: true,
    scheme: "light",
    config: { version: 3 },
    choices: { necessary: true, functional: true, analytics: true, recording: true, marketing: true },
    shown_at: "2026-11-22T12:00:00.016Z",
    decided_at: "2026-11-22T12:00:00.020Z",
  });
});

test("reject all is as short a way", async () => {
  await openPage();
  click("[data-action=reject]");
  await settle();
  expect(kept()).toBe(NOTHING);
  expect(banner()).toBeNull();
  expect(posted()).toMatchObject([{ method: "banner:reject-all", trusted: true, choices: { analytics: false } }]);
});

test("a made-up yes changes nothing and asks to be confirmed, which a real one does", async () => {
  await openPage();
  click("[data-action=accept]", false);
  await settle();
  expect(kept()).toBeNull();
  expect(posted()).toEqual([]);
  expect(alert()).toBe("A program pressed that, and only you can say yes. Please press it yourself to confirm.");
  click("[data-action=accept]");
  await settle();
  expect(kept()).toBe(ALL);
  expect(posted()).toMatchObject([{ trusted: true }]);
});

test("where the words for that do not come, a made-up yes still changes nothing", async () => {
  await openPage({}, { load: (_name, fail) => queueMicrotask(fail) });
  click("[data-action=accept]", false);
  await settle();
  expect(kept()).toBeNull();
  expect(alert()).toBe("");
});

test("a made-up no is obeyed, and noted as such", async () => {
  await openPage();
  click("[data-action=reject]", false);
  await settle();
  expect(kept()).toBe(NOTHING);
  expect(banner()).toBeNull();
  expect(posted()).toMatchObject([{ method: "banner:reject-all", trusted: false }]);
});

test("the second half of a double click, meant for what stood there before, says no yes", async () => {
  await openPage();
  click("[data-action=accept]", true, 2);
  expect(kept()).toBeNull();
  click("[data-action=accept]");
  expect(kept()).toBe(ALL);
});

test("buttons that are not equal are noted as unequal", async () => {
  await openPage();
  get("[data-action=reject]")!.style.fontSize = "8px";
  click("[data-action=accept]");
  await settle();
  expect(posted()).toMatchObject([{ equality: false }]);
});

test("on a dark page it is dark, and says so in the receipt", async () => {
  document.body.style.backgroundColor = "rgb(10, 10, 10)";
  await openPage();
  expect(banner()!.style.colorScheme).toBe("dark");
  document.body.removeAttribute("style");
});

test.each([
  ["has chosen", NOTHING, false],
  ["has chosen under an older version", "1.2.analytics.-.20779.20959", false],
  ["chose so long ago that it has run out", "1.3.analytics.-.20500.20779", true],
  ["chose under a clock that ran ahead", "1.3.analytics.-.20790.20970", true],
  ["chose before everybody has to be asked again", "1.1.analytics.-.20779.20959", true],
])("a visitor who %s", async (_, value, isAsked) => {
  localStorage.setItem(NAME, value);
  await openPage({ ask_since: 2 });
  await settle();
  expect(!!banner()).toBe(isAsked);
  expect(!!get("[data-placet=reopen]")).toBe(!isAsked);
});

test.each([
  ["a pointer", () => document.dispatchEvent(new Event("pointerover"))],
  ["1.5 s", () => vi.advanceTimersByTimeAsync(1_500)],
])("who has chosen gets the reopen button after %s, once", async (_, pass) => {
  localStorage.setItem(NAME, NOTHING);
  await openPage({}, { isStill: true });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(get("[data-placet]")).toBeNull();
  await pass();
  await settle();
  expect(get("[data-placet=reopen]")).not.toBeNull();
  document.dispatchEvent(new Event("pointerover"));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(document.querySelectorAll("[data-placet=reopen]").length).toBe(1);
});

test("what became of a choice before the button was drawn is drawn with it", async () => {
  localStorage.setItem(NAME, "1.3.analytics.-.20779.20959");
  const { api } = await openPage({}, { isStill: true });
  api.setMinor(true);
  await vi.advanceTimersByTimeAsync(1_500);
  await settle();
  expect(banner()).toBeNull();
  expect(get("[data-placet=reopen]")).not.toBeNull();
});

test("where there is nothing to ask, nobody is asked", async () => {
  await openPage({ categories: ["necessary"], trackers: [] });
  expect(get("[data-placet]:not([data-placet=status])")).toBeNull();
});

test("the banner goes when another tab has answered it", async () => {
  await openPage();
  localStorage.setItem(NAME, NOTHING);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(banner()).toBeNull();
  await settle();
  expect(get("[data-placet=reopen]")).not.toBeNull();
});

test("the reopen button stands at the end of the page and opens the preferences by what is kept", async () => {
  localStorage.setItem(NAME, ANALYTICS);
  document.body.innerHTML = "<main></main>";
  await openPage();
  await settle();
  const button = get("[data-placet=reopen]")!;
  expect(document.body.lastElementChild).toBe(button);
  expect(button.title).toBe("Cookie choice");
  click(button);
  await settle();
  expect(get<HTMLInputElement>("[data-placet=preferences] [data-category=analytics]")!.checked).toBe(true);
});

test("the banner's third button opens the preferences; closed, focus is where it was", async () => {
  await openPage();
  click("[data-action=settings]");
  await settle();
  expect(get("[data-placet=preferences]")).not.toBeNull();
  get("[data-action=close]")!.click();
  expect(get("[data-placet=preferences]")).toBeNull();
  expect(document.activeElement).toBe(get("[data-action=settings]"));
  expect(kept()).toBeNull();
});

test("any link of the page opens them, and goes nowhere; other clicks are the page's", async () => {
  document.body.innerHTML = '<a href="/x" data-placet="settings"><b>Cookies</b></a><a href="#y">Other</a>';
  await openPage();
  const followed: boolean[] = [];
  document.addEventListener("click", (event) => followed.push(!event.defaultPrevented));
  click("b");
  click("a:not([data-placet])");
  expect(followed).toEqual([false, true]);
  await settle();
  expect(get("[data-placet=preferences]")).not.toBeNull();
});

test("a click on nothing, which scripts make, harms nobody", async () => {
  await openPage();
  expect(() => document.dispatchEvent(new MouseEvent("click"))).not.toThrow();
});

test("preferences that do not come are said in the banner, and tried again the next time", async () => {
  let isUp = false;
  const { asked } = await openPage({}, { load: (_name, fail) => isUp || queueMicrotask(fail) });
  click("[data-action=settings]");
  await settle();
  expect(alert()).toBe(makeConfig().texts.load_failed);
  const before = asked.length;
  isUp = true;
  click("[data-action=settings]");
  expect(asked.slice(before)).toEqual(["preferences"]);
});

test("who has chosen and opens them in vain is told, too", async () => {
  localStorage.setItem(NAME, NOTHING);
  await openPage({}, { load: (_name, fail) => queueMicrotask(fail) });
  await settle();
  click("[data-placet=reopen]");
  await settle();
  expect(alert()).toBe(makeConfig().texts.load_failed);
});

test("while the page has no body yet, the banner waits for it", async () => {
  const { body } = document;
  body.remove();
  await openPage();
  expect(banner()).toBeNull();
  document.documentElement.append(body);
  await nextFrame();
  expect(banner()).not.toBeNull();
});

test("an error while drawing is one line, and what is held stays held", async () => {
  const warn = hush();
  vi.spyOn(document.body, "prepend").mockImplementation(() => {
    throw new Error("the page's own prepend");
  });
  const { api } = await openPage();
  expect(warn).toHaveBeenCalledOnce();
  expect(api.allows("clickstream")).toBe(false);
});
