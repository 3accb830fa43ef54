/** Starts one site's widget on this page and gives the page its `window.placet`. */

import { attempt, say } from "./attempt";
import type { Choice } from "./gate/choice";
import { NOTHING, startSession } from "./session";
import { tellPage } from "./signals/page";
import type { WidgetConfig } from "./types";
import { createLayers, type ShowPreferences } from "./ui/layers";

/** What the page gets: docs/widget.md, "For the page". */
export interface PlacetApi {
  readonly site: string;
  /** The choice in force, or null. */
  readonly choice: Choice | null;
  /** Resolves with this object at once: for pages that like to wait. */
  readonly ready: Promise<PlacetApi>;
  /** All sites of this page by their key; the first one is `window.placet` itself. */
  readonly sites: Record<string, PlacetApi>;
  /** Whether a tracker, or everything of a category, may load now. */
  allowed(id: string): boolean;
  /** Opens the preferences. */
  open(): void;
  /** The same: a page cannot say yes for its visitor. */
  accept(): void;
  /** Refuses everything optional. */
  reject(): void;
  /** Where the preferences part of a site arrives; not for pages. */
  _preferences(site: string, show: ShowPreferences): void;
}

/** Starts with the loader's config; `tag` is the script element that brought it. */
export function start(config: WidgetConfig, tag: HTMLScriptElement | null): void {
  const page = window as { placet?: PlacetApi; placetMinor?: unknown };
  const { site } = config;
  const sites = page.placet?.sites || {};
  if (sites[site]) {
    say(`${site} is on this page twice`);
    return;
  }

  const minor = !!(page.placetMinor || tag?.hasAttribute("data-minor"));
  let draw: (() => void) | undefined;
  const session = startSession(config, minor, () => draw?.());
  const layers = createLayers(session, tag);

  const open = () => layers.open();
  const api: PlacetApi = {
    site,
    get choice() {
      return session.choice();
    },
    get ready() {
      return Promise.resolve(api);
    },
    sites,
    allowed: session.allows,
    open,
    accept: open,
    reject: () => {
      session.choose(NOTHING, { method: "api", trusted: false });
    },
    _preferences: (key, show) => (key === site ? layers.arrive(show) : sites[key]._preferences(key, show)),
  };
  sites[site] = api;
  if (!page.placet?.sites) page.placet = api;

  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("[data-placet=settings]");
    if (!link) return;
    event.preventDefault();
    layers.open(link);
  });

  // The first frame comes when the page's own style sheets are there: then its colours are known.
  const drawFirst = () => {
    if (!document.body) {
      requestAnimationFrame(drawFirst);
      return;
    }
    draw = layers.draw;
    attempt(draw);
  };
  requestAnimationFrame(drawFirst);
  tellPage("ready", { site, choice: session.choice() });
}
