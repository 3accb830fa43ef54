/** The inline bootstrap of *strict automatic*: a policy at once, the loader when it comes. */

import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { usePages } from "./page";
import { blockStorage, NAME, SITE } from "./support";

usePages();

const SOURCE = `https://consent.example/s/${SITE}.js?lang=de`;
const CLOSED = "default-src 'self' https://consent.example";
const KEPT = "default-src 'self' https://consent.example stats.example:*";
const keep = (until: number | string, policy = KEPT) => localStorage.setItem(`${NAME}_csp`, `${until} ${policy}`);

const built = readFileSync(`${import.meta.dirname}/../dist/bootstrap.js`, "utf8");

describe.each([
  [
    "as written",
    async () => {
      vi.resetModules();
      await import("../src/bootstrap" as string);
    },
  ],
  ["as built", async () => new Function(built)()],
])("%s", (_, run) => {
  /** Runs it in a tag with such data; returns what it has put into the head. */
  async function start(data: Record<string, string> = {}, nonce?: string) {
    const tag = document.createElement("script");
    Object.assign(tag.dataset, { placetSrc: SOURCE, csp: CLOSED, ...data });
    if (nonce) Object.assign(tag, { nonce });
    vi.spyOn(document, "currentScript", "get").mockReturnValue(tag);
    document.head.append("before");
    await run();
    const [meta, loader] = [...document.head.children];
    return { meta: meta as HTMLMetaElement, loader: loader as HTMLScriptElement };
  }

  test("the closed policy stands first, then the loader is asked for", async () => {
    const { meta, loader } = await start();
    expect(document.head.children).toHaveLength(2);
    expect(meta.getAttribute("http-equiv")).toBe("Content-Security-Policy");
    expect(meta.content).toBe(CLOSED);
    expect(loader.src).toBe(SOURCE);
    expect(loader.dataset.strict).toBe(CLOSED);
  });

  test.each([
    ["until its last day", 20780, KEPT],
    ["not on the day after", 20779, CLOSED],
    ["not where the day is nonsense", "soon", CLOSED],
  ])("the policy of the last page is used, %s", async (_when, until, expected) => {
    keep(until);
    const { meta, loader } = await start();
    expect([meta.content, loader.dataset.strict]).toEqual([expected, expected]);
  });

  test("another site's is not", async () => {
    localStorage.setItem("placet_s_other_csp", `20780 ${KEPT}`);
    expect((await start()).meta.content).toBe(CLOSED);
  });

  test("where storage is blocked, it is the closed one", async () => {
    blockStorage();
    expect((await start()).meta.content).toBe(CLOSED);
  });

  test("the loader gets the tag's nonce and its data", async () => {
    const { loader } = await start({ minor: "1" }, "n");
    expect(loader.nonce).toBe("n");
    expect(loader.dataset).toMatchObject({ minor: "1", csp: CLOSED });
  });

  test("under Trusted Types its address is one", async () => {
    const createPolicy = vi.fn((_name: string, rules: { createScriptURL(url: string): string }) => rules);
    vi.stubGlobal("trustedTypes", { createPolicy });
    expect((await start()).loader.src).toBe(SOURCE);
    expect(createPolicy).toHaveBeenCalledExactlyOnceWith("placet", { createScriptURL: expect.any(Function) });
  });
});

test("it stands in the docs as it is built", () => {
  expect(readFileSync(`${import.meta.dirname}/../../docs/embedding.md`, "utf8")).toContain(built.trim());
});
