/** The template for Google Tag Manager: its script, run as Tag Manager runs it, with the real widget behind `callInWindow`. */

import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { usePages } from "./page";
import { openPage, setActive } from "./sites";
import { ALL, NAME } from "./support";

usePages();

const template = readFileSync(`${import.meta.dirname}/../../packages/google-tag-manager/placet.tpl`, "utf8");
const section = (name: string) =>
  template.split(/^___([A-Z_]+)___$/m)[template.split(/^___([A-Z_]+)___$/m).indexOf(name) + 1];
const DATA = {
  address: "https://consent.example/s/s_0.js",
  analytics: "clickstream",
  marketing: "marketing",
  functional: "functional",
  places: [{ region: "US-NY, US-TX", state: "granted" }],
};

/** Runs the template; `load`: whether the loader comes. What it told Google, in order. */
function fire(load: "comes" | "fails" = "comes") {
  const told: [string, Record<string, unknown>][] = [];
  const page = window as unknown as { placet: Record<string, (...values: unknown[]) => unknown> };
  const gtmOnSuccess = vi.fn();
  const gtmOnFailure = vi.fn();
  const injected: string[] = [];
  const offered: Record<string, unknown> = {
    setDefaultConsentState: (state: never) => told.push(["default", state]),
    updateConsentState: (state: never) => told.push(["update", state]),
    callInWindow: (path: string, ...values: unknown[]) => page.placet[path.replace("placet.", "")](...values),
    injectScript: (url: string, success: () => void, failure: () => void) => {
      injected.push(url);
      (load === "comes" ? success : failure)();
    },
  };
  new Function("require", "data", section("SANDBOXED_JS_FOR_WEB_TEMPLATE"))((name: string) => offered[name], {
    ...DATA,
    gtmOnSuccess,
    gtmOnFailure,
  });
  return { told, injected, gtmOnSuccess, gtmOnFailure };
}
const updates = (told: [string, Record<string, unknown>][]) =>
  told.filter(([kind]) => kind === "update").map(([, state]) => state);

test("the default is denied, but where a row says otherwise, and comes first", async () => {
  await openPage();
  const { told, injected, gtmOnSuccess } = fire();
  expect(told[0]).toEqual([
    "default",
    {
      security_storage: "granted",
      wait_for_update: 500,
      ad_storage: "denied",
      ad_user_data: "denied",
      ad_personalization: "denied",
      analytics_storage: "denied",
      functionality_storage: "denied",
      personalization_storage: "denied",
    },
  ]);
  expect(told[1]).toMatchObject(["default", { region: ["US-NY", "US-TX"], ad_storage: "granted" }]);
  expect(injected).toEqual([DATA.address]);
  expect(gtmOnSuccess).toHaveBeenCalledOnce();
});

test("Google is told of every choice, by the ids that the tag names", async () => {
  const { api } = await openPage();
  const { told } = fire();
  setActive(true);
  api.set({ analytics: true });
  expect(updates(told).at(-1)).toMatchObject({
    analytics_storage: "granted",
    ad_storage: "denied",
    security_storage: "granted",
  });
  api.accept();
  expect(updates(told).at(-1)).toMatchObject({
    ad_storage: "granted",
    ad_user_data: "granted",
    ad_personalization: "granted",
  });
  api.reject();
  expect(Object.values(updates(told).at(-1)!).filter((word) => word === "granted")).toHaveLength(1);
});

test("who comes back with a yes is told at once", async () => {
  localStorage.setItem(NAME, ALL);
  await openPage();
  expect(updates(fire().told)).toMatchObject([{ ad_storage: "granted", analytics_storage: "granted" }]);
});

test("without the loader everything stays denied, and Tag Manager hears of the failure", async () => {
  await openPage();
  const { told, gtmOnFailure } = fire("fails");
  expect(updates(told)).toEqual([]);
  expect(gtmOnFailure).toHaveBeenCalledOnce();
});

test("it asks for no more than it needs, and its other sections are JSON", () => {
  for (const name of ["INFO", "TEMPLATE_PARAMETERS", "WEB_PERMISSIONS"])
    expect(() => JSON.parse(section(name))).not.toThrow();
  const code = section("SANDBOXED_JS_FOR_WEB_TEMPLATE");
  const asked = JSON.parse(section("WEB_PERMISSIONS")).map(
    ({ instance }: { instance: { key: { publicId: string } } }) => instance.key.publicId,
  );
  expect(asked).toEqual(["access_consent", "access_globals", "inject_script"]);
  for (const { name } of JSON.parse(section("TEMPLATE_PARAMETERS"))) expect(code).toContain(`data.${name}`);
});
