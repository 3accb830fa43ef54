/** What the loader has already: this part borrows it instead of bringing it again. */

import type { PreferencesContext } from "../ui/layers";

export let h: PreferencesContext["h"];
export let actionButton: PreferencesContext["actionButton"];
export let webLink: PreferencesContext["webLink"];
export let grants: PreferencesContext["grants"];

/** Takes them; before anything of this part is called. */
export function borrow(context: PreferencesContext): void {
  ({ h, actionButton, webLink, grants } = context);
}
