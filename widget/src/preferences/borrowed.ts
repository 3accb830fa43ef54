/** What the loader has already: this part borrows it instead of bringing it again; and what is made of it. */

import type { PartContext } from "./part";

export let h: PartContext["h"];
export let actionButton: PartContext["actionButton"];

/** Takes them; before anything of this part is called. */
export function borrow(context: PartContext): void {
  ({ h, actionButton } = context);
}

/** Makes a link to a web or mail address, else plain text: a config is data, and `javascript:` would be a program. */
export const webLink = (href: string, text: string): Node | string =>
  /^(https?:\/\/|mailto:)/.test(href) ? h("a", { href }, text) : text;
