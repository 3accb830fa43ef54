/** What the loader has already: this part borrows it instead of bringing it again. */

import type { PartContext } from "./part";

export let h: PartContext["h"];
export let actionButton: PartContext["actionButton"];
export let webLink: PartContext["webLink"];

/** Takes them; before anything of this part is called. */
export function borrow(context: PartContext): void {
  ({ h, actionButton, webLink } = context);
}
