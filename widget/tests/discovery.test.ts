/** Discovery mode: what is found, whose it is, what is kept, and the draft of what nobody lists. */

import { expect, test, vi } from "vitest";
import { partName, tokenIn } from "../src/discovery/address";
import { quote, writeDraft } from "../src/discovery/draft";
import { addSightings, type Finding, type Findings, groupFindings, readFindings } from "../src/discovery/findings";
import { type Discovery, makeDiscovery } from "../src/discovery/part";
import { createRecogniser, type Listed, MAX_NAME } from "../src/discovery/recognise";
import type { PartName } from "../src/parts";
import { usePages } from "./page";
import { changedTrackers, click, get, openPage } from "./sites";
import { makeLoaderConfig, NAME, nextFrame, SITE, setCookie, settle } from "./support";

usePages();

const TOKEN = "WyJzIiwxXQ.a-b_c";
const LISTED: Listed = {
  origins: ["https://app.example", "https://www.app.example"],
  csp_sources: ["'unsafe-inline'", "data:", "https://cdn.example:443/a/", "*.fonts.example"],
  trackers: [
    {
      id: "clicks",
      category: "analytics",
      name: "Clicks",
      vendor: "A",
      match: ["*.stats.example"],
      storage: ["cookie _x*"],
    },
    {
      id: "player",
      category: "functional",
      name: "Player",
      vendor: "B",
      match: ["app.example/player"],
      storage: ["local p"],
    },
    {
      id: "both",
      category: "marketing",
      name: "Both",
      vendor: "C",
      match: ["*.stats.example"],
      storage: ["cookie _x_a domain.example"],
    },
  ],
  desk: "https://consent.example/admin/found/s_a",
};
const API = "https://consent.example";
const recogniser = () => createRecogniser(LISTED, API);
const finding = (changes: Partial<Finding>): Finding => ({
  kind: "host",
  name: "x.example",
  by: [],
  how: "seen",
  pages: [0],
  ...changes,
});

test.each([
  ["https://a.stats.example/p.gif", "a.stats.example", ["clicks", "both"]],
  ["https://stats.example/p.gif", "stats.example", []],
  ["wss://a.stats.example/s", "a.stats.example", ["clicks", "both"]],
  ["https://other.example/?secret=1", "other.example", []],
  ["https://cdn.example/x.js", "cdn.example", ["csp_sources"]],
  ["https://a.fonts.example/f", "a.fonts.example", ["csp_sources"]],
  ["https://app.example/player/v.mp4", "app.example", ["player"]],
  ["/player/v.mp4", "app.example", ["player"]],
  ["https://b\u00fccher.example/", "xn--bcher-kva.example", []],
])("%s is %s, listed by %j", (url, name, by) => {
  expect(recogniser().address(url, "seen")).toEqual({ kind: "host", name, by, how: "seen" });
});

test.each([
  "https://app.example/",
  "https://www.app.example/x.png",
  `${API}/s/x.js`,
  "data:text/plain,x",
  "inline",
  "blob:x",
  "https://[",
])("%s is nothing to be told", (url) => {
  expect(recogniser().address(url, "seen")).toBeNull();
});

test("stored things are listed by kind and name, the star stands for what follows, and our own are passed over", () => {
  const { stored } = recogniser();
  expect(stored("cookie", "_x_a")?.by).toEqual(["clicks", "both"]);
  expect(stored("cookie", "_x_b")?.by).toEqual(["clicks"]);
  expect(stored("local", "_x_b")?.by).toEqual([]);
  expect(stored("local", "p")?.by).toEqual(["player"]);
  expect(stored("cookie", `${NAME}`)).toBeNull();
  expect(stored("local", "k".repeat(5_000))?.name).toBe(`${"k".repeat(MAX_NAME)}…`);
});

test("pages are counted once, and whoever was let through once is told so", () => {
  const findings: Findings = { pages: [], found: [] };
  const seen = (how: "held" | "seen" | "blocked") => [recogniser().address("https://other.example/", how), null];
  expect(addSightings(findings, "/a", seen("held"))).toBe(true);
  expect(addSightings(findings, "/a", seen("held"))).toBe(false);
  expect(addSightings(findings, "/b", seen("seen"))).toBe(true);
  expect(addSightings(findings, "/a", seen("blocked"))).toBe(false);
  expect(findings.pages).toEqual(["/a", "/b"]);
  expect(findings.found).toEqual([finding({ name: "other.example", pages: [0, 1] })]);
});

test("what a page makes up without end is not kept without end", () => {
  const findings: Findings = { pages: [], found: [] };
  const { stored } = recogniser();
  for (let page = 0; page < 600; page++) {
    addSightings(findings, `/${page}`, [stored("local", `a${page}`), stored("local", `b${page}`)]);
  }
  expect([findings.pages.length, findings.found.length]).toEqual([500, 1_000]);
});

test("groups: what nobody lists first, a tracker that has gone is nobody", () => {
  const [a, b, c] = [
    finding({ by: ["clicks", "both"] }),
    finding({ by: ["gone"] }),
    finding({ kind: "cookie", name: "a" }),
  ];
  expect(groupFindings([c, a, b], ["clicks", "player", "both"])).toEqual([
    ["", [b, c]],
    ["clicks", [a]],
    ["both", [a]],
  ]);
});

test.each([
  ["plain", '"plain"'],
  ['a" , b: {c}\n- "', '"a\\" , b: {c}\\u000a- \\""'],
  ["back\\slash #", '"back\\\\slash #"'],
  ["\u2028\u0085\u00e9\u007f", '"\\u2028\\u0085\\u00e9\\u007f"'],
  ["\u{1f36a}", '"\\U0001f36a"'],
  ["\ud83c", '"\\uFFFD"'],
])("%j is one text on one line of YAML", (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});

test("the draft has hosts and storage as a config has them, and leaves to a person what it would say wrongly", () => {
  const draft = writeDraft([
    finding({ name: "cdn.other.example" }),
    finding({ kind: "element", name: "iframe" }),
    finding({ kind: "cookie", name: "_id", lifetime: "P30D" }),
    finding({ kind: "cookie", name: "*" }),
    finding({ kind: "local", name: "a\nb" }),
    finding({ kind: "indexeddb", name: "db" }),
    finding({ kind: "session", name: `${"x".repeat(MAX_NAME)}…` }),
  ]);
  const lines = draft.split("\n");
  expect(lines.filter((line) => line.startsWith("  #")).length).toBe(3);
  expect(draft).toContain('    match:\n      - {host: "cdn.other.example", path: "/"}\n    storage:\n');
  expect(draft).toContain('      - {kind: cookie, name: "_id", lifetime: "P30D"}\n');
  expect(draft).toContain('      - {kind: local, name: "a\\u000ab", lifetime: "persistent"}\n');
  expect(draft).toContain('      - {kind: indexeddb, name: "db", lifetime: "persistent"}\n');
  expect(draft).not.toContain("iframe");
  expect(lines.filter((line) => line.includes('"*"'))).toEqual([expect.stringMatching(/^ {2}# /)]);
});

test("an address has a token or none", () => {
  expect(tokenIn(`#placet-discovery=${TOKEN}`)).toBe(TOKEN);
  for (const hash of [
    "",
    "#placet-discovery=",
    "#placet-discovery=a/../b",
    "#a#placet-discovery=a",
    "#placet-discovery=a&b",
  ]) {
    expect(tokenIn(hash)).toBeUndefined();
  }
  expect(new URL(`${API}/s/s_a/${"0".repeat(64)}.${partName(TOKEN)}-undefined.js`).href.split("#")[0]).toBe(
    `${API}/s/s_a/discovery.js?token=${TOKEN}`,
  );
});

/** Opens a page whose address bears a token; the panel comes as the server would send it. */
async function openDiscovery(fails = false, listed = LISTED) {
  location.hash = `#placet-discovery=${TOKEN}`;
  const asked: PartName[] = [];
  let discovery: Discovery | undefined;
  const { makeAfter } = await import("../src/after/part");
  const { makePart } = await import("../src/preferences/part");
  const { makeNotice } = await import("./support");
  await openPage(
    { trackers: changedTrackers({}) },
    {
      load: (name, fail, arrive) => {
        asked.push(name);
        if (name === "after") arrive(name, makeAfter);
        else if (name === "preferences") arrive(name, (context) => makePart(makeNotice(), context));
        else if (fails) fail();
        else arrive(name, (context) => (discovery = makeDiscovery(listed, TOKEN, context)) as never);
      },
    },
  );
  await settle();
  await nextFrame();
  return { asked, discovery, end: () => discovery?.end() };
}
const panel = () => get("[data-placet=discovery]");

test("by a token in its address a page asks for the panel once, and shows what is there as text", async () => {
  localStorage.setItem("<img src=x onerror=alert(1)>", "1");
  setCookie("_x_a=secret");
  const { asked, end } = await openDiscovery();
  expect(asked.filter((name) => name !== "after" && name !== "preferences")).toEqual([partName(TOKEN)]);
  expect(panel()!.querySelector("img")).toBeNull();
  expect(panel()!.querySelector("[data-by=nobody]")!.textContent).toContain("<img src=x onerror=alert(1)>");
  expect(panel()!.querySelector("[data-by=clicks]")!.textContent).toContain("_x_a");
  expect(sessionStorage.getItem(`${NAME}_discovery`)).not.toContain("secret");
  sessionStorage.setItem("later", "1");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(panel()!.querySelector("[data-by=nobody]")!.textContent).toContain("later");
  expect(readFindings(SITE).pages).toEqual(["/"]);
  end();
});

test("a press opens the desk in a tab of its own, with what nobody lists and nothing of this tab", async () => {
  const opened: unknown[][] = [];
  vi.stubGlobal("open", (...how: unknown[]) => void opened.push(how));
  localStorage.setItem("left", "secret");
  const { end } = await openDiscovery();
  click("[data-placet=discovery] [data-action=send]");
  const [[address, target, features]] = opened as [[string, string, string]];
  expect(address.startsWith("https://consent.example/admin/found/s_a#found=")).toBe(true);
  expect(decodeURIComponent(address)).toContain('{kind: local, name: "left"');
  expect(address).not.toContain("secret");
  expect([target, features]).toEqual(["_blank", "noopener,noreferrer"]);
  end();
});

test("its end leaves the page as it was, and keeps nothing, not even what the browser tells late", async () => {
  let tellLate = (_: unknown[]) => {};
  const late = new Promise<unknown[]>((resolve) => {
    tellLate = resolve;
  });
  vi.stubGlobal("cookieStore", Object.assign(new EventTarget(), { getAll: () => late }));
  const { end } = await openDiscovery();
  click("[data-placet=discovery] [data-action=end]");
  expect(panel()).toBeNull();
  expect(location.hash).toBe("");
  tellLate([{ name: "late", expires: null }]);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(Object.keys(sessionStorage)).toEqual([]);
  expect(panel()).toBeNull();
  end();
});

test("links of the same site carry it along for as long as they are followed; jumps and other sites do not", async () => {
  document.body.innerHTML =
    '<a id="on" href="next?a=1#top"><b>on</b></a><a id="jump" href="#there">jump</a><a id="away" href="https://other.example/">away</a>';
  const { end } = await openDiscovery();
  const follow = (id: string) => {
    let href: string | undefined;
    const link = document.getElementById(id) as HTMLAnchorElement;
    link.addEventListener("click", (event) => {
      href = link.href;
      event.preventDefault();
    });
    (link.firstElementChild || link).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    return href;
  };
  expect(follow("on")).toBe(`https://app.example/next?a=1#placet-discovery=${TOKEN}`);
  expect(follow("jump")).toBe("https://app.example/#there");
  expect(follow("away")).toBe("https://other.example/");
  await settle();
  expect(document.getElementById("on")!.getAttribute("href")).toBe("next?a=1#top");
  end();
});

test("what is kept in another shape is nothing", () => {
  for (const kept of [
    "{",
    "[]",
    "7",
    '{"pages":[1],"found":[]}',
    '{"pages":[],"found":[{"kind":"x"}]}',
    '{"pages":[],"found":[null]}',
  ]) {
    sessionStorage.setItem(`${NAME}_discovery`, kept);
    expect(readFindings(SITE)).toEqual({ pages: [], found: [] });
  }
});

test("a link that is over is said to be, once, and changes nothing", async () => {
  const { asked } = await openDiscovery(true);
  await vi.advanceTimersByTimeAsync(200);
  expect(get("[data-placet=status]")!.textContent).toContain("Make a new link at the desk");
  document.body.append(document.createElement("p"));
  await nextFrame();
  expect(asked.filter((name) => name === partName(TOKEN)).length).toBe(1);
  expect(panel()).toBeNull();
});

test("without a token nothing of it is asked for", async () => {
  location.hash = "#top";
  const { asked } = await openPage({ trackers: makeLoaderConfig().trackers });
  await nextFrame();
  expect(asked).not.toContain("preferences");
});
