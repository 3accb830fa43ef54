/** Where the choice is kept: a first-party cookie and a localStorage mirror; memory when both are blocked. */

import { tryStorage } from "../attempt";
import type { WidgetConfig } from "../types";
import { type Choice, formatChoice, parseChoice, pickChoice } from "./choice";

export const DAY_MS = 86_400_000;

export interface ChoiceStore {
  read(): Choice | null;
  write(choice: Choice, nowMs: number): void;
}

/** Keeps the choice of one site. `read` takes whichever of the copies is valid (`pickChoice` between two). */
export function createStore({ site, cookie_domain, trackers }: WidgetConfig): ChoiceStore {
  const name = `placet_${site}`;
  let memory: Choice | null = null;

  /** Every value of the cookie: one with and one without a domain can stand side by side. */
  const cookies = () =>
    (tryStorage(() => document.cookie) || "")
      .split("; ")
      .filter((pair) => pair.startsWith(`${name}=`))
      .map((pair) => pair.slice(name.length + 1));

  const read = () =>
    [...cookies(), tryStorage(() => localStorage.getItem(name))]
      .map(parseChoice)
      .reduce((a, b) => pickChoice(a, b, trackers), null) || memory;

  const write = (choice: Choice, nowMs: number) => {
    memory = choice;
    const value = formatChoice(choice);
    const seconds = Math.ceil((choice.expires * DAY_MS - nowMs) / 1000);
    const setCookie = (text: string, maxAge: number, domain = "") =>
      tryStorage(() => {
        // biome-ignore lint/suspicious/noDocumentCookie: the other way is asynchronous and not everywhere
        document.cookie = `${name}=${text};Path=/;SameSite=Lax;Max-Age=${maxAge}${domain}${location.protocol === "https:" ? ";Secure" : ""}`;
      });
    if (cookie_domain) {
      setCookie("", 0); // an old copy for this host alone would speak against the new one
      setCookie(value, seconds, `;Domain=${cookie_domain}`);
    }
    // A domain that this host may not use is ignored by the browser: then the choice is kept for the host alone.
    if (!cookies().includes(value)) setCookie(value, seconds);
    tryStorage(() => localStorage.setItem(name, value));
  };

  return { read, write };
}
