/** The visitor's own record in the second layer: taken along, or erased. */

import { beforeEach, expect, test, vi } from "vitest";
import { network, posted, usePages } from "./page";
import { click, get, openPage } from "./sites";
import { ALL, acknowledge, answer, makeNotice, NAME, NOTHING, SITE, settle } from "./support";

usePages();

const SAYS = { choices: { analytics: true }, site: "Müller" };
const encode = (value: object) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");
const RECEIPT = { id: "0190-receipt", receipt: `e30.${encode(SAYS)}.c2ln`, log: { index: 4, size: 9 } };
const PREFERENCES = "[data-placet=preferences]";
const record = () => localStorage.getItem(`${NAME}_record`);
const button = (words: string) =>
  [...document.querySelectorAll<HTMLElement>(`${PREFERENCES} [data-record] button`)].find(
    ({ textContent }) => textContent === words,
  )!;
const asked = () => network.mock.calls.map(([url, init]) => [new URL(`${url}`).pathname, init?.method, init?.headers]);
const OWN = { Authorization: "Bearer c2VjcmV0" };

/** The server as it answers to whoever has the secret. */
const serve =
  (status = 200): typeof fetch =>
  async (url, init) => {
    if (/\/receipts$/.test(`${url}`) && init?.method === "POST") return acknowledge(url, init);
    return answer(status, init?.method === "DELETE" ? { erased: 1 } : RECEIPT);
  };

/** Opens the preferences of somebody with a choice and, unless told otherwise, a record. */
async function open(choice: string, hasRecord = true) {
  localStorage.setItem(NAME, choice);
  if (hasRecord) localStorage.setItem(`${NAME}_record`, JSON.stringify({ secret: "c2VjcmV0", previous: RECEIPT.id }));
  const { api } = await openPage();
  api.show();
  await settle();
  return api;
}

beforeEach(() => {
  network.mockImplementation(serve());
});

test("who has no record is offered nothing of it", async () => {
  await open(NOTHING, false);
  expect(get(`${PREFERENCES} [data-record]`)).toBeNull();
});

test("a notice from before these words shows none of it", async () => {
  localStorage.setItem(NAME, ALL);
  localStorage.setItem(`${NAME}_record`, JSON.stringify({ secret: "c2VjcmV0", previous: RECEIPT.id }));
  const notice = makeNotice();
  delete (notice.texts as Record<string, string | undefined>).erase;
  const { api } = await openPage({}, { notice });
  api.show();
  await settle();
  expect(get(`${PREFERENCES} [data-record]`)).toBeNull();
});

test("the last receipt is saved as a file that says what is signed, beside what is signed", async () => {
  await open(ALL);
  const saved: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob:${saved.push(blob as Blob)}`);
  vi.spyOn(URL, "revokeObjectURL").mockReturnValue();
  const names: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    names.push(`${this.download} ${this.href}`);
  });
  click(button("Download my receipt"));
  await settle();
  expect(asked().at(-1)).toEqual([`/v1/sites/${SITE}/receipts/${RECEIPT.id}`, "GET", OWN]);
  expect(names).toEqual([`receipt-${RECEIPT.id}.json blob:1`]);
  expect(JSON.parse(await saved[0].text())).toEqual({ ...RECEIPT, says: SAYS });
});

test("a receipt that does not come is told, and nothing has changed", async () => {
  await open(ALL);
  network.mockImplementation(serve(503));
  click(button("Download my receipt"));
  await settle();
  expect(get(`${PREFERENCES} [data-record] [role=alert]`)!.textContent).toMatch(/^That did not work/);
  expect(record()).not.toBeNull();
});

test("erasing is asked once more, says what it does and does not, and then leaves nothing on", async () => {
  const api = await open(ALL);
  const about = get(`${PREFERENCES} [data-record] > div`)!;
  expect(about.hidden).toBe(true);
  click(button("Erase my consent record"));
  expect(about.hidden).toBe(false);
  expect(about.textContent).toContain("about that, ask privacy@saas-console.example.");
  expect(document.activeElement).toBe(button("Erase it for good"));

  click(button("Erase it for good"));
  await settle();
  expect(asked()).toContainEqual([`/v1/sites/${SITE}/subject`, "DELETE", OWN]);
  expect(record()).toBeNull();
  expect(localStorage.getItem(`${NAME}_queue`)).toBeNull();
  expect(api.get().choice).toMatchObject({ granted: [], differs: [] });
  expect(posted()).toEqual([]);
  expect(get(PREFERENCES)).toBeNull();
  await vi.advanceTimersByTimeAsync(200);
  expect(get("[role=status]")!.textContent).toBe("Your consent record is erased, and everything optional is off.");
});

test("the next choice stands under another secret", async () => {
  const api = await open(ALL);
  click(button("Erase my consent record"));
  click(button("Erase it for good"));
  await settle();
  api.show();
  await settle();
  click(`${PREFERENCES} [data-action=accept]`);
  await settle();
  expect(posted()).toHaveLength(1);
  expect(posted()[0]).toMatchObject({ previous: null });
  expect(posted()[0].secret).not.toBe("c2VjcmV0");
});

test("what the server does not erase is not forgotten here either", async () => {
  const api = await open(ALL);
  network.mockImplementation(serve(503));
  click(button("Erase my consent record"));
  click(button("Erase it for good"));
  await settle();
  expect(record()).not.toBeNull();
  expect(api.allows("clickstream")).toBe(true);
  expect(get(`${PREFERENCES} [data-record] [role=alert]`)!.textContent).toMatch(/^That did not work/);
});

test("while a receipt is under way nothing is erased: it would be stored after all", async () => {
  await open(ALL);
  localStorage.setItem(`${NAME}_queue`, JSON.stringify([{ id: "0190-other", choices: { analytics: true } }]));
  click(button("Erase my consent record"));
  click(button("Erase it for good"));
  await settle();
  expect(asked().filter(([, method]) => method === "DELETE")).toEqual([]);
  expect(record()).not.toBeNull();
  expect(get(`${PREFERENCES} [data-record] [role=alert]`)!.textContent).toMatch(/^That did not work/);
});

test("two presses are one request", async () => {
  await open(ALL);
  click(button("Erase my consent record"));
  click(button("Erase it for good"));
  click(button("Erase it for good"));
  await settle();
  expect(asked().filter(([, method]) => method === "DELETE")).toHaveLength(1);
});

test("what another tab has erased does not come back from this tab's memory", async () => {
  localStorage.clear();
  const { api } = await openPage();
  click("[data-placet=banner] [data-action=accept]");
  await settle();
  const before = posted()[0];
  localStorage.removeItem(`${NAME}_record`); // as the other tab does
  api.reject();
  await settle();
  expect(posted()).toHaveLength(2);
  expect(posted()[1].secret).not.toBe(before.secret);
  expect(posted()[1].previous).toBeNull();
});

test("a program erases and downloads nothing", async () => {
  await open(ALL);
  click(button("Erase my consent record"), false);
  click(button("Erase it for good"), false);
  click(button("Download my receipt"), false);
  await settle();
  expect(network).not.toHaveBeenCalled();
});
