/** What stands beside a frame that is held, and how a visitor lets it in. */

import { beforeEach, describe, expect, test, vi } from "vitest";
import { posted, usePages } from "./page";
import { changedTrackers, click, get, openPage, switchGpcOn } from "./sites";
import { ANALYTICS, makeNotice, NAME, nextFrame, settle } from "./support";

usePages();

const FRAME = "https://frames.localhost/42";
const template = (attributes = "", inner = `<iframe src="${FRAME}"></iframe>`) =>
  `<template data-tracker="usability-survey" ${attributes}>${inner}</template>`;
const placeholders = () => [...document.querySelectorAll<HTMLElement>("[data-placet=placeholder]")];
const placeholder = () => placeholders()[0];
const button = (action: string) => placeholder()?.querySelector<HTMLElement>(`[data-action=${action}]`);
const frames = () => document.querySelectorAll(`iframe[src="${FRAME}"]`).length;
const kept = () => localStorage.getItem(NAME);

/** Opens a page with such a body; the banner has been answered with no. */
async function open(body: string, notice = makeNotice(), options: object = {}) {
  localStorage.setItem(NAME, "1.3.-.-.20779.20959");
  document.body.innerHTML = body;
  const page = await openPage({ choice_per_tracker: notice.choice_per_tracker }, { notice, ...options });
  await settle();
  await nextFrame();
  return page;
}

test("it says who is held, what for, and how long something would be stored", async () => {
  const notice = makeNotice();
  notice.categories[2].trackers[1].storage = ["P1D", "P13M", "session"].map((lifetime) => ({
    kind: "cookie",
    name: "s",
    lifetime,
    domain: null,
  }));
  await open(template(), notice);
  const text = placeholder().textContent;
  expect(placeholder().matches("[role=group][aria-label='Usability survey'][lang=en][dir=ltr]")).toBe(true);
  expect(text).toContain("Held back until you allow it: Usability survey (Example Surveys BV)");
  expect(text).toContain("Shows one question about the console in a frame");
  expect(text).toContain("It may store data in your browser, at the longest: 13 months.");
  expect(placeholder().previousSibling).toBe(get("template"));
  expect(button("once")?.textContent).toBe("Allow once");
  expect(button("always")?.textContent).toBe("Always allow Analytics");
});

test("where nothing is stored, it says that", async () => {
  await open(template());
  expect(placeholder().textContent).toContain("Nothing is stored in your browser.");
});

test.each([
  ["an unmarked frame that was made by a script", () => document.createElement("iframe")],
  ["a video", () => document.createElement("video")],
  ["an embedded thing", () => document.createElement("embed")],
])("%s has one, too, and is hidden behind it", async (_, make) => {
  await open("");
  expect(placeholders()).toEqual([]);
  const frame = make();
  frame.src = FRAME;
  document.body.append(frame);
  await settle();
  await nextFrame();
  await settle();
  expect(placeholder().previousSibling).toBe(frame);
  expect(frame.hasAttribute("data-placet-held")).toBe(true);
  click(button("once")!);
  expect(frame.getAttribute("src")).toBe(FRAME);
  expect(frame.hasAttribute("data-placet-held")).toBe(false);
  expect(placeholders()).toEqual([]);
});

describe("none stands beside", () => {
  test.each([
    ["a template without a frame in it", template("", "<p>text</p>")],
    ["one that says so", template('data-placeholder="none"')],
    ["a counting pixel", template("", `<iframe src="${FRAME}" width="1" height="1"></iframe>`)],
    ["a frame without height", template("", `<iframe src="${FRAME}" height="0"></iframe>`)],
    ["a hidden frame", template("", `<iframe src="${FRAME}" hidden></iframe>`)],
    ["a template without a mark", "<template><iframe></iframe></template>"],
    ["an unknown tracker's", '<template data-tracker="unknown"><iframe></iframe></template>'],
    ["what may load", '<template data-tracker="payment"><iframe></iframe></template>'],
    ["an image", '<template data-tracker="clickstream"><img src="x"></template>'],
  ])("%s", async (_, body) => {
    await open(body);
    expect(placeholders()).toEqual([]);
  });

  test("an unmarked frame that says so", async () => {
    await open("");
    const frame = document.createElement("iframe");
    frame.dataset.placeholder = "none";
    frame.src = FRAME;
    document.body.append(frame);
    await nextFrame();
    expect(placeholders()).toEqual([]);
    expect(frame.hasAttribute("data-placet-held")).toBe(false);
  });
});

test("a template without a frame has one where its author asks for it", async () => {
  await open(template("data-placeholder", "<p>a map</p>"));
  expect(placeholders()).toHaveLength(1);
});

test("one stands there for each, once, however often the page changes", async () => {
  await open(template() + template());
  for (const text of ["a", "b"]) {
    document.body.append(text);
    await settle();
    await nextFrame();
  }
  expect(placeholders()).toHaveLength(2);
});

test("before the visitor has answered the banner they stand there as well", async () => {
  document.body.innerHTML = template();
  await openPage();
  await settle();
  await nextFrame();
  expect(placeholders()).toHaveLength(1);
  expect(get("[data-placet=banner]")).not.toBeNull();
});

describe("allow once", () => {
  beforeEach(() => open(template()));

  test("lets it in on this page; nothing is stored, no receipt is written", async () => {
    click(button("once")!);
    await settle();
    expect(frames()).toBe(1);
    expect(placeholders()).toEqual([]);
    expect(kept()).toBe("1.3.-.-.20779.20959");
    expect(posted()).toEqual([]);
  });

  test("the page is told that more is allowed, and not that something was chosen", () => {
    const [changed, heard] = [vi.fn(), vi.fn()];
    document.addEventListener("placet:change", changed);
    document.addEventListener("placet:once", ({ detail }: CustomEventInit) => heard(detail.allowed));
    click(button("once")!);
    expect(heard).toHaveBeenCalledExactlyOnceWith(expect.arrayContaining(["usability-survey"]));
    expect(changed).not.toHaveBeenCalled();
  });

  test("ends with the next choice of another kind", async () => {
    click(button("once")!);
    (window as unknown as { placet: { reject(): void } }).placet.reject();
    await settle();
    expect(frames()).toBe(0);
    expect(placeholders()).toHaveLength(1);
  });

  test.each([
    ["a made-up click", false, 1],
    ["the second half of a double click", true, 2],
  ])("%s asks to be confirmed", async (_, isTrusted, detail) => {
    click(button("once")!, isTrusted, detail);
    expect(frames()).toBe(0);
    expect(placeholder().querySelector("[role=alert]")!.textContent).toContain("Please press it yourself to confirm.");
    click(button("once")!);
    expect(frames()).toBe(1);
  });
});

describe("always allow", () => {
  test("is a choice for the category, which the button names, and leaves the rest as it was", async () => {
    localStorage.setItem(NAME, "1.3.recording.-.20779.20959");
    document.body.innerHTML = template();
    const { api } = await openPage();
    await settle();
    click(button("always")!);
    await settle();
    expect(kept()).toBe("1.3.analytics~recording.-.20779.20959");
    expect(frames()).toBe(1);
    expect(placeholders()).toEqual([]);
    expect(api.allows("clickstream")).toBe(true);
    expect(posted()).toMatchObject([{ method: "placeholder:allow", trusted: true, choices: { analytics: true } }]);
    expect(posted()[0]).not.toHaveProperty("layer");
  });

  test("is one for the tracker alone where the site offers that", async () => {
    const { api } = await open(template(), makeNotice({ choice_per_tracker: true }));
    expect(button("always")!.textContent).toBe("Always allow");
    click(button("always")!);
    await settle();
    expect(kept()).toBe("1.3.-.usability-survey.20779.20959");
    expect(frames()).toBe(1);
    expect(api.allows("clickstream")).toBe(false);
    expect(posted()).toMatchObject([{ trackers: { "usability-survey": true } }]);
  });

  test("by a made-up click asks to be confirmed", async () => {
    await open(template());
    click(button("always")!, false);
    expect(kept()).toBe("1.3.-.-.20779.20959");
    expect(placeholder().querySelector("[role=alert]")!.textContent).toContain("Please press it yourself");
  });

  test("keeps what was allowed once", async () => {
    const video = '<template data-tracker="advertising"><video></video></template>';
    await open(template() + video);
    click(placeholders()[0].querySelector("[data-action=once]")!);
    click(placeholders()[0].querySelector("[data-action=always]")!);
    expect(kept()).toBe("1.3.marketing.-.20779.20959");
    expect(frames()).toBe(1);
    expect(placeholders()).toEqual([]);
  });
});

test("it is gone once something else has let the tracker in, and back when that is withdrawn", async () => {
  const { api } = await open(template());
  localStorage.setItem(NAME, ANALYTICS);
  document.dispatchEvent(new Event("visibilitychange"));
  await settle();
  expect(placeholders()).toEqual([]);
  expect(frames()).toBe(1);
  api.withdraw();
  await settle();
  expect(placeholders()).toHaveLength(1);
});

test("the signal that holds it is named, and nothing offered", async () => {
  switchGpcOn();
  await open('<template data-tracker="advertising"><iframe></iframe></template>');
  expect(placeholder().textContent).toContain("Off because your browser asks not to sell or share your data.");
  expect(placeholder().querySelectorAll("button")).toHaveLength(0);
});

test("to a minor nothing is offered", async () => {
  await open(template(), makeNotice(), { minor: true });
  expect(placeholder().textContent).toContain("this site treats you as a minor");
  expect(placeholder().querySelectorAll("button")).toHaveLength(0);
});

test("a frame that needs several trackers names them all, and both purposes", async () => {
  localStorage.setItem(NAME, "1.3.-.-.20779.20959");
  document.body.innerHTML = "";
  const trackers = changedTrackers({
    clickstream: { match: ["frames.localhost"] },
    advertising: { match: ["frames.localhost"] },
    "usability-survey": { match: [] },
  });
  await openPage({ trackers });
  const frame = document.createElement("iframe");
  frame.src = FRAME;
  document.body.append(frame);
  await settle();
  await nextFrame();
  await settle();
  expect(placeholder().getAttribute("aria-label")).toBe("Clickstream, Advertising network");
  expect(button("always")!.textContent).toBe("Always allow Analytics, Marketing");
  click(button("always")!);
  expect(kept()).toBe("1.3.analytics~marketing.-.20779.20959");
  expect(frames()).toBe(1);
});

test("where a policy stands that only a reload lifts, there is no once", async () => {
  const tag = document.createElement("script");
  tag.type = "text/plain";
  tag.src = "https://consent.example.com/s/s_7Qm2Xv9KpLr4Td8WnZb3Hc.js";
  tag.dataset.strict = "default-src 'self'";
  document.head.append(tag);
  await open(template(), makeNotice(), { isStrict: true });
  expect(button("once")).toBeNull();
  expect(button("always")).not.toBeNull();
});

test("nothing is drawn before the page has had a frame, however often it changes: nobody has seen it", async () => {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal("requestAnimationFrame", (work: FrameRequestCallback) => frames.push(work));
  await open(template());
  document.body.append(document.createElement("p"));
  await settle();
  expect(frames).not.toEqual([]);
  expect(placeholders()).toEqual([]);
  for (const work of frames) work(20);
  expect(placeholders()).toHaveLength(1);
});
