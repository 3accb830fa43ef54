/** The language switch, and what is told of a later version. */

import { expect, test } from "vitest";
import { network, posted, usePages } from "./page";
import { click, get, openPage } from "./sites";
import { acknowledge, answer, makeConfig, makeNotice, SITE, settle } from "./support";

usePages();

const PREFERENCES = "[data-placet=preferences]";
const select = () => get<HTMLSelectElement>(`${PREFERENCES} select`)!;
const DE = { lang: "de", sha256: "d".repeat(64) };

function german() {
  const notice = makeNotice({ lang: "de", languages: { en: "English", de: "Deutsch", ar: "العربية" } });
  notice.texts = { ...notice.texts, preferences_title: "Wählen Sie", title: "Ihre Wahl", language: "Sprache" };
  return notice;
}

/** A server that has both languages, of version `version`. */
function serveGerman(version = makeConfig().version): void {
  network.mockImplementation(async (url, init) => {
    const { pathname, search } = new URL(`${url}`);
    if (pathname.endsWith("/config")) {
      expect(search).toBe("?lang=de");
      const { texts } = german();
      return answer(200, { notice: DE, texts, lang: "de", dir: "ltr", version, regime: makeConfig().regime });
    }
    if (pathname.endsWith(`/notices/${DE.sha256}`)) return answer(200, german());
    return acknowledge(url, init);
  });
}

async function open() {
  const { api } = await openPage(
    {},
    { notice: makeNotice({ languages: { en: "English", de: "Deutsch", ar: "العربية" } }) },
  );
  api.show();
  await settle();
}

async function choose(tag: string) {
  select().value = tag;
  select().dispatchEvent(new Event("change"));
  await settle();
}

test("where there is one language, nothing is offered", async () => {
  const { api } = await openPage();
  api.show();
  await settle();
  expect(get(`${PREFERENCES} select`)).toBeNull();
});

test("each language is offered by what it calls itself", async () => {
  await open();
  expect([...select().options].map(({ textContent, lang }) => `${lang} ${textContent}`)).toEqual([
    "en English",
    "de Deutsch",
    "ar العربية",
  ]);
  expect(select().value).toBe("en");
});

test("another one takes the place of ours, in both layers and in the receipt; what stood switched stays", async () => {
  serveGerman();
  await open();
  get<HTMLInputElement>(`${PREFERENCES} [data-category=analytics]`)!.checked = true;
  await choose("de");
  expect(get(`${PREFERENCES}[lang=de] h2`)!.textContent).toBe("Wählen Sie");
  expect(get("[data-placet=banner][lang=de] h2")!.textContent).toBe("Ihre Wahl");
  expect(document.querySelectorAll(PREFERENCES)).toHaveLength(1);
  expect(get<HTMLInputElement>(`${PREFERENCES} [data-category=analytics]`)!.checked).toBe(true);
  expect(document.activeElement).toBe(select());
  click(`${PREFERENCES} [data-action=save]`);
  await settle();
  expect(posted()[0]).toMatchObject({ notice: DE, choices: { analytics: true, recording: false } });
});

test("whoever asks for one and then another gets the one asked for last", async () => {
  const late: (() => void)[] = [];
  serveGerman();
  const served = network.getMockImplementation()!;
  network.mockImplementation(async (url, init) => {
    if (`${url}`.endsWith("?lang=ar")) return answer(503);
    await new Promise<void>((done) => late.push(done));
    return served(url, init);
  });
  await open();
  await choose("de");
  await choose("ar");
  for (let turn = 0; turn < 3; turn++) {
    for (const go of late.splice(0)) go();
    await settle();
  }
  expect(get(`${PREFERENCES}[lang=en]`)).not.toBeNull();
});

test("a dialog that was closed meanwhile stays closed", async () => {
  let go = () => {};
  serveGerman();
  const served = network.getMockImplementation()!;
  network.mockImplementation(async (url, init) => {
    await new Promise<void>((done) => {
      go = done;
    });
    return served(url, init);
  });
  await open();
  await choose("de");
  click(`${PREFERENCES} [data-action=close]`);
  go();
  await settle();
  go();
  await settle();
  expect(get(PREFERENCES)).toBeNull();
  expect(get("[data-placet=banner][lang=en]")).not.toBeNull();
});

test.each(["a later version", "no answer"])("with %s all stays as it is, and is told", async (trouble) => {
  serveGerman(trouble === "no answer" ? undefined : makeConfig().version + 1);
  if (trouble === "no answer") network.mockRejectedValue(new TypeError("offline"));
  await open();
  await choose("de");
  expect(select().value).toBe("en");
  expect(get(`${PREFERENCES}[lang=en] [role=alert]:not([data-record] *)`)!.textContent).toMatch(/^That did not work/);
});

test("a later version that waits is told, with the day it begins", async () => {
  const { api } = await openPage({ next: "2026-12-27T12:00:00Z" });
  api.show();
  await settle();
  expect(get(`${PREFERENCES} [data-note]`)!.textContent).toBe(
    "A new version of this notice applies from December 27, 2026.",
  );
  expect(network.mock.calls.filter(([url]) => `${url}`.includes(`${SITE}/config`))).toEqual([]);
});
