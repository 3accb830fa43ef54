/** Where the choice is kept: a first-party cookie and a localStorage mirror; in memory only when both are blocked. */

import { tryStorage } from "../attempt";
import { type Choice, parseChoice } from "./choice";

export const DAY_MS = 86_400_000;

export const storeName = (site: string): string => `placet_${site}`;

/** Reads every value of the cookie: one with and one without a domain can stand side by side. */
export const readCookies = (name: string): string[] =>
  [...(tryStorage(() => document.cookie) || "").matchAll(RegExp(`${name}=([^;]*)`, "g"))].map(([, value]) => value);

/**
 * Reads the choice of one site. Of several copies the later day counts; days cannot tell which of two of the same day came
 * last, so then the one that grants fewer categories, else the cookie.
 */
export function readChoice(site: string): Choice | null {
  const name = storeName(site);
  const found = [...readCookies(name), tryStorage(() => localStorage.getItem(name))].flatMap(
    (value) => parseChoice(value) || [],
  );
  return found.sort((a, b) => b.decided - a.decided || a.granted.length - b.granted.length)[0] || null;
}
