/** Takes discovery mode along to the next page of this site, in this tab: by the address, as the loader looks for it. */

import { hashFor, tokenIn } from "./address";

/** Begins; returns what puts the mode back into an address that a page's script has changed, and its end. */
export function carry(token: string): { keep(): void; end(): void } {
  const take = ({ target }: Event) => {
    const link = (target as Element | null)?.closest?.<HTMLAnchorElement>("a[href]");
    // A jump within the page stays one, and another website is none of ours.
    if (!link || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    const written = link.getAttribute("href")!;
    link.hash = hashFor(token);
    // The browser follows it before any timer runs; then the page has its own link again.
    setTimeout(() => link.setAttribute("href", written));
  };
  document.addEventListener("click", take, true);
  return {
    keep: () => {
      if (!location.hash) history.replaceState(history.state, "", hashFor(token));
    },
    end: () => {
      document.removeEventListener("click", take, true);
      if (tokenIn(location.hash)) history.replaceState(history.state, "", location.pathname + location.search);
    },
  };
}
