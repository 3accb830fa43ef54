/** What a page gets to work with: docs/widget.md, "For the page". */

import type { MakePart, PartName } from "./parts";
import type { State } from "./session";

export interface PlacetApi {
  /** The site's key. */
  readonly site: string;
  /** Resolves with this object at once: for pages that like to wait. */
  readonly ready: Promise<PlacetApi>;
  /** How things stand now. */
  get(): State;
  /** Whether a tracker, or everything of a category, may load now. */
  allows(id: string): boolean;
  /** Calls back at once with how things stand, and after every change. Returns how to end that. */
  onChange(callback: (state: State) => void): () => void;
  /** Opens the preferences. */
  show(): void;
  /**
   * Grants everything, if the visitor has just acted on the page (`navigator.userActivation`); otherwise opens the
   * preferences, where they can. Returns whether it is done; so do the others.
   */
  accept(): boolean;
  /** Refuses everything optional. */
  reject(): boolean;
  /** The same, for who likes the word: takes every yes back. */
  withdraw(): boolean;
  /** Grants or refuses by category or tracker id; what is not named stays as it is. A yes counts as in `accept`. */
  set(wish: Record<string, boolean>): boolean;
  /** Says whether the visitor is a minor: nothing optional, no question, an earlier yes is taken back. */
  setMinor(on: boolean): void;
  /** For the site's owner: how the widget is put in, and what that lets through (docs/embedding.md). */
  check(): Promise<unknown>;
  /** Where parts arrive; not for pages. */
  _part<N extends PartName>(name: N, make: MakePart<N>): void;
}
