/** The layouts that the preferences part brings: in front of the page, and in its flow. */

import { expect, test } from "vitest";
import type { PlacetApi } from "../src/api";
import { makePart } from "../src/preferences/part";
import { posted, usePages } from "./page";
import { click, get, openPage } from "./sites";
import { hush, makeNotice, settle } from "./support";

usePages();

const BANNER = "[data-placet=banner]";
const place = () => {
  document.body.innerHTML = "<p>Text</p><div data-placet-place><i>ours</i></div>";
};

test("modal is a dialog by the banner's name, and the banner stands in it", async () => {
  await openPage({ layout: "modal" });
  const dialog = get<HTMLDialogElement>("dialog[data-placet=modal]")!;
  expect(dialog.open).toBe(true);
  expect(dialog.getAttribute("aria-label")).toBe("Cookie choice");
  expect(dialog.querySelector(BANNER)).not.toBeNull();
  click(`${BANNER} [data-action=reject]`);
  await settle();
  expect(get("dialog")).toBeNull();
  expect(get("[data-placet=reopen]")).not.toBeNull();
  expect(posted()[0]).toMatchObject({ layout: "modal", method: "banner:reject-all" });
});

test("Escape puts the question aside: nothing is chosen, and it stands at the edge of the page", async () => {
  const { api } = await openPage({ layout: "modal" });
  get<HTMLDialogElement>("dialog")!.close();
  await settle();
  expect(get("dialog")).toBeNull();
  expect(api.get().choice).toBeNull();
  expect(posted()).toEqual([]);
  expect(document.body.firstElementChild).toBe(get(`${BANNER}[data-layout=bar]`));
  click(`${BANNER} [data-action=reject]`);
  await settle();
  expect(get(BANNER)).toBeNull();
  expect(posted()[0]).toMatchObject({ layout: "bar" });
});

test("a banner that is taken away leaves no dialog behind in which the page waits", async () => {
  await openPage({ layout: "modal" });
  get(BANNER)!.remove();
  await settle();
  expect(get("dialog")).toBeNull();
});

test("inline stands at the start of the page's place, and takes nothing else from it", async () => {
  place();
  await openPage({ layout: "inline" });
  const own = get("[data-placet-place]")!;
  expect(own.firstElementChild).toBe(get(BANNER));
  expect(own.querySelector("i")!.textContent).toBe("ours");
  click(`${BANNER} [data-action=accept]`);
  await settle();
  expect(own.innerHTML).toBe("<i>ours</i>");
  expect(posted()[0]).toMatchObject({ layout: "inline" });
});

test("on a page without a place inline is a bar, and the receipt says so", async () => {
  await openPage({ layout: "inline" });
  expect(document.body.firstElementChild).toBe(get(`${BANNER}[data-layout=bar]`));
  click(`${BANNER} [data-action=reject]`);
  await settle();
  expect(posted()[0]).toMatchObject({ layout: "bar" });
});

test.each(["modal", "inline"])("where the part does not come, %s is a card: nobody stays unasked", async (layout) => {
  hush();
  place();
  await openPage({ layout }, { load: (_name, fail) => fail() });
  await settle();
  expect(document.body.firstElementChild).toBe(get(`${BANNER}[data-layout=bar]`));
  click(`${BANNER} [data-action=reject]`);
  await settle();
  expect(get("[data-placet=reopen]")).not.toBeNull();
});

test.each<[string, (api: PlacetApi) => unknown]>([
  ["has chosen", (api) => api.reject()],
  ["is said to be a minor", (api) => api.setMinor(true)],
])("who %s while the part is coming is not asked any more", async (_, act) => {
  let come = () => {};
  const { api } = await openPage(
    { layout: "modal" },
    {
      load: (name, fail, arrive) => {
        if (name === "preferences") come = () => arrive(name, (context) => makePart(makeNotice(), context));
        else fail();
      },
    },
  );
  act(api);
  come();
  await settle();
  expect(get(BANNER)).toBeNull();
});
