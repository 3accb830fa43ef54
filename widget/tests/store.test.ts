/** How a choice is kept in the browser, and which one counts where there are several. */

import { expect, test, vi } from "vitest";
import { writeChoice } from "../src/choice/write";
import { formatChoice, parseChoice } from "../src/gate/choice";
import { readChoice } from "../src/gate/store";
import { usePages } from "./page";
import { ALL, ANALYTICS, blockStorage, clearBrowser, makeConfig, NAME, NOTHING, NOW, SITE, setCookie } from "./support";

usePages();

const chosen = (value: string) => parseChoice(value)!;
const write = (value: string, changes = {}) => writeChoice(makeConfig(changes), chosen(value), NOW);
const read = () => {
  const choice = readChoice(SITE);
  return choice && formatChoice(choice);
};

test("a choice is kept in the cookie and in its mirror", () => {
  const written = vi.spyOn(document, "cookie", "set");
  write(ANALYTICS);
  const seconds = (20959 - 20779) * 86_400 - 43_200; // from noon on the day of the choice
  expect(written).toHaveBeenCalledExactlyOnceWith(`${NAME}=${ANALYTICS};Path=/;SameSite=Lax;Max-Age=${seconds};Secure`);
  expect(document.cookie).toContain(`${NAME}=${ANALYTICS}`);
  expect(localStorage.getItem(NAME)).toBe(ANALYTICS);
});

test("either of the two is enough", () => {
  localStorage.setItem(NAME, ANALYTICS);
  expect(read()).toBe(ANALYTICS);
  clearBrowser();
  setCookie(`${NAME}=${ANALYTICS};Path=/`);
  expect(read()).toBe(ANALYTICS);
});

test.each(["1.3.analytics", "", "null", `${ANALYTICS} `, "2.3.analytics.-.20779.20959"])(
  "what is no choice is passed over: %j",
  (value) => {
    localStorage.setItem(NAME, value);
    expect(read()).toBeNull();
  },
);

test("with all storage blocked nothing is read, and writing harms nobody", () => {
  blockStorage();
  expect(() => write(ANALYTICS)).not.toThrow();
  expect(read()).toBeNull();
});

test("a cookie domain is used where the host may, and an old copy for the host alone goes", () => {
  setCookie(`${NAME}=${NOTHING};Path=/`);
  write(ANALYTICS, { cookie_domain: "app.example" });
  expect(document.cookie).toBe(`${NAME}=${ANALYTICS}`);
});

test("a cookie domain that this host may not use does not lose the choice", () => {
  write(ANALYTICS, { cookie_domain: "elsewhere.example" });
  expect(document.cookie).toContain(ANALYTICS);
});

test.each([
  ["the later day counts", "1.3.analytics.-.20778.20959", NOTHING, NOTHING],
  ["a yes of the later day, too", "1.3.-.-.20778.20959", ANALYTICS, ANALYTICS],
  ["on the same day a refusal wins", ANALYTICS, NOTHING, NOTHING],
  ["on the same day the one that grants fewer categories", ALL, ANALYTICS, ANALYTICS],
  ["one that is no choice does not count", ANALYTICS, "1.3.-.-.99999999.1", ANALYTICS],
])("two copies: %s", (_, a, b, expected) => {
  for (const [cookie, mirror] of [
    [a, b],
    [b, a],
  ]) {
    clearBrowser();
    setCookie(`${NAME}=${cookie};Path=/`);
    localStorage.setItem(NAME, mirror);
    expect(read()).toBe(expected);
  }
});

test("of two that grant as many on the same day, the cookie counts", () => {
  setCookie(`${NAME}=1.3.recording.-.20779.20959;Path=/`);
  localStorage.setItem(NAME, ANALYTICS);
  expect(read()).toBe("1.3.recording.-.20779.20959");
});

test("two cookies of one name are both read", () => {
  vi.spyOn(document, "cookie", "get").mockReturnValue(`a=1; ${NAME}=${ANALYTICS}; ${NAME}=${NOTHING}; z=2`);
  expect(read()).toBe(NOTHING);
});
