/** The widget for a site's own bundle. */

import { beforeEach, expect, test, vi } from "vitest";
import type { PublicConfig } from "../src/module";
import { load, start } from "../src/module";
import { network, posted, usePages } from "./page";
import { click, get } from "./sites";
import { ALL, acknowledge, answer, makeConfig, makeNotice, NAME, nextFrame, SITE, settle } from "./support";

usePages();

const API = "https://consent.example";
const asked = () => network.mock.calls.map(([url]) => `${url}`);

/** What `GET /v1/sites/<site>/config` answers. */
function makePublic(): PublicConfig {
  const { api: _, widget: __, trackers, categories, ...config } = makeConfig();
  return {
    ...config,
    next: null,
    categories: categories.map((id) => ({ id })),
    trackers: trackers.map(({ match, storage, stop, ...own }) => ({
      ...own,
      stop,
      match: match.map((host) => ({ host, path: "/" })),
      storage: storage.map((item) => {
        const [kind, name] = item.split(" ") as ["cookie", string];
        return { kind, name, lifetime: "P1D", domain: null };
      }),
    })),
  };
}

beforeEach(() => {
  network.mockImplementation(async (url, init) => {
    if (/\/config\?/.test(`${url}`)) return answer(200, makePublic());
    if (/\/notices\//.test(`${url}`)) return answer(200, makeNotice());
    return acknowledge(url, init);
  });
});

test("`load` fetches the config of the site and starts with it", async () => {
  const placet = await load({ site: SITE, api: API, lang: "de", minor: true });
  expect(network.mock.calls[0]).toEqual([
    `${API}/v1/sites/${SITE}/config?lang=de&minor=1`,
    { credentials: "omit", referrerPolicy: "strict-origin" },
  ]);
  expect(window).toHaveProperty("placet", placet);
  expect(placet.get()).toMatchObject({ site: SITE, minor: true });
});

test("without a config it rejects, and nothing is started", async () => {
  network.mockImplementation(async () => answer(503));
  await expect(load({ site: SITE, api: API })).rejects.toThrow("answered 503");
  network.mockRejectedValue(new TypeError("offline"));
  await expect(load({ site: SITE, api: API })).rejects.toThrow("offline");
  expect(window).not.toHaveProperty("placet");
});

test("it asks, obeys and posts as the loader does; no build is named", async () => {
  document.body.innerHTML = '<template data-tracker="clickstream"><p></p></template>';
  start(makePublic(), { api: API });
  await nextFrame();
  click("[data-action=accept]");
  expect(localStorage.getItem(NAME)).toBe(ALL);
  expect(get("p")).not.toBeNull();
  await vi.dynamicImportSettled();
  await settle();
  expect(posted()).toMatchObject([{ method: "banner:accept-all", widget: null, config: { version: 3 } }]);
  expect(asked().at(-1)).toBe(`${API}/v1/sites/${SITE}/receipts`);
});

test("addresses and storage are understood as the server writes them", async () => {
  const config = makePublic();
  const clickstream = config.trackers.find(({ id }) => id === "clickstream")!;
  clickstream.match = [
    { host: "stats.example", path: "/" },
    { host: "app.example", path: "/collect" },
  ];
  clickstream.storage = [{ kind: "cookie", name: "_s", lifetime: "P1D", domain: ".app.example" }];
  start(config, { api: API });
  await expect(window.fetch("https://stats.example/any")).rejects.toThrow("placet: ");
  await expect(window.fetch("/collect?v=1")).rejects.toThrow("placet: ");
  await expect(window.fetch("/other")).rejects.not.toThrow("placet: ");
});

test("the preferences come with their notice", async () => {
  const placet = start(makePublic(), { api: API });
  placet.show();
  await vi.dynamicImportSettled();
  await settle();
  expect(asked()).toContain(`${API}/v1/sites/${SITE}/notices/${makeConfig().notice.sha256}`);
  expect(get("[data-placet=preferences]")).not.toBeNull();
});

test("where the notice does not come, the banner says so, and it is tried again", async () => {
  const placet = start(makePublic(), { api: API });
  await nextFrame();
  network.mockImplementation(async () => answer(503));
  placet.show();
  await vi.dynamicImportSettled();
  await settle();
  expect(get("[data-placet=banner] [role=alert]")!.textContent).toBe(makeConfig().texts.load_failed);
  network.mockImplementation(async () => answer(200, makeNotice()));
  placet.show();
  await vi.dynamicImportSettled();
  await settle();
  expect(get("[data-placet=preferences]")).not.toBeNull();
});

test("a version that waits is told in the preferences by the day it begins", async () => {
  network.mockImplementation(async (url, init) => {
    if (/\/config\?/.test(`${url}`)) {
      return answer(200, { ...makePublic(), next: { effective_at: "2026-12-27T12:00:00Z" } });
    }
    if (/\/notices\//.test(`${url}`)) return answer(200, makeNotice());
    return acknowledge(url, init);
  });
  const api = await load({ site: SITE, api: API });
  await nextFrame();
  api.show();
  await vi.waitFor(() =>
    expect(document.querySelector("[data-placet=preferences]")?.textContent).toContain("December 27"),
  );
});
