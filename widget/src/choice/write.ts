/** Writing the choice down, so that `readChoice` finds it. */

import { tryStorage } from "../attempt";
import { type Choice, formatChoice } from "../gate/choice";
import { DAY_MS, readCookies, storeName } from "../gate/store";
import type { WidgetConfig } from "../types";

/** Keeps the choice of one site in the cookie and its mirror; either may be blocked. */
export function writeChoice({ site, cookie_domain }: WidgetConfig, choice: Choice, nowMs: number): void {
  const name = storeName(site);
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
  if (!readCookies(name).includes(value)) setCookie(value, seconds);
  tryStorage(() => localStorage.setItem(name, value));
}
