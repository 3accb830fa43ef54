/** The page in Svelte. */

import { hydrate, mount } from "svelte";
import { render as renderComponent } from "svelte/server";
import Page from "./Page.svelte";
import { type Place, placeOf } from "./place";

export async function render(place: Place): Promise<{ head: string; body: string }> {
  const { head, body } = renderComponent(Page, { props: place });
  return { head, body };
}

export function begin(target: HTMLElement, isRendered: boolean): void {
  (isRendered ? hydrate : mount)(Page, { target, props: placeOf(target) });
}
