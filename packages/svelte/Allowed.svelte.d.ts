import type { Component, Snippet } from "svelte";

export interface AllowedProps {
  tracker?: string;
  category?: string;
  /** What stands here meanwhile; without it, a placeholder that says what is held. `null`: nothing. */
  fallback?: Snippet | null;
  children?: Snippet;
}

/** Renders its children when the tracker, or everything of the category, may load; never on a server. */
declare const Allowed: Component<AllowedProps>;
export default Allowed;
