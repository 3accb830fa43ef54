/** The declaration in a page: what is published, where the page has a place for it. */

import { expect, test } from "vitest";
import { usePages } from "./page";
import { get, openPage } from "./sites";
import { ALL, makeNotice, NAME, nextFrame, settle } from "./support";

usePages();

const PLACE = "[data-placet=declaration]";

/** A page with a place, in which stands what visitors without scripts are given. */
async function open(choice: string | null = ALL) {
  document.body.innerHTML = `<h2>Cookies</h2><div data-placet="declaration"><a href="/s/x/declaration">List</a></div>`;
  if (choice) localStorage.setItem(NAME, choice);
  const opened = await openPage();
  await settle();
  await nextFrame();
  return opened;
}

test.each([
  ["who has chosen", ALL],
  ["who has not", null],
])("%s reads every category and tracker there", async (_, choice) => {
  const { asked } = await open(choice);
  expect(asked).toContain("preferences");
  const { categories } = makeNotice();
  expect([...get(PLACE)!.querySelectorAll("h3")].map(({ textContent }) => textContent)).toEqual(
    categories.map(({ name }) => name),
  );
  expect([...get(PLACE)!.querySelectorAll("h4")].map(({ textContent }) => textContent)).toEqual(
    categories.flatMap(({ trackers }) => trackers.map(({ name }) => name)),
  );
  expect(get(`${PLACE} a`)).toBeNull();
  expect(get(PLACE)!.textContent).toContain("_xrec_id · cookie · 30 days");
  expect(get(PLACE)!.querySelector("input, button")).toBeNull();
  expect(get(`${PLACE}[lang=en][dir=ltr][data-version="3"]`)).not.toBeNull();
});

test("a page without a place does not fetch the part for it", async () => {
  localStorage.setItem(NAME, ALL);
  const { asked } = await openPage();
  await settle();
  expect(asked).not.toContain("preferences");
});

test("a place that comes later is filled, too, and one that is filled stays as it is", async () => {
  await open();
  const first = get(`${PLACE} section`);
  const place = document.createElement("div");
  place.dataset.placet = "declaration";
  document.body.append(place);
  await settle();
  await nextFrame();
  expect(place.querySelectorAll("h3")).toHaveLength(makeNotice().categories.length);
  expect(get(`${PLACE} section`)).toBe(first);
});
