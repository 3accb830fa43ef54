/** What the page is told: events on `document`. What vendors are told stands beside it. */

export type PageEvent = "ready" | "change" | "once" | "withdrawn";

/** Dispatches `placet:<name>` on document; the page's listeners cannot disturb us. */
export function tellPage(name: PageEvent, detail: object): void {
  document.dispatchEvent(new CustomEvent(`placet:${name}`, { detail }));
}
