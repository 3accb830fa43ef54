/**
 * The widget for a site's own bundle: the same, without a script tag. Types and use: docs/widget.md, "As a module".
 * Nothing is touched before `load` or `start` is called, so that a server can import it.
 */

import type { PlacetApi } from "./api";
import { start as startWidget } from "./start";
import type { NoticeDocument, Signals, StorageItem, TrackerRule, WidgetConfig } from "./types";

export type { PlacetApi } from "./api";
export type { Choice } from "./gate/choice";
export type { State } from "./session";

/** What `GET /v1/sites/<site>/config` answers, as far as the widget reads it. */
export type PublicConfig = Omit<WidgetConfig, "api" | "widget" | "trackers" | "categories" | "next"> & {
  next: { effective_at: string } | null;
  categories: { id: string }[];
  trackers: (TrackerRule & {
    match: { host: string; path: string }[];
    storage: StorageItem[];
    stop: string[];
    signals?: Signals;
  })[];
};

export interface StartOptions {
  /** Where Placet is: `https://consent.example`. */
  api: string;
  /** The visitor is a minor: nothing optional, no question. */
  minor?: boolean;
  /** For the one style element that browsers without constructed style sheets get. */
  nonce?: string;
}

export interface LoadOptions extends StartOptions {
  /** The site's key, `s_…`. */
  site: string;
  /** BCP 47; otherwise the browser's. */
  lang?: string;
}

/** Starts with a config that is there already: fetched by the site's server, say. */
export function start(config: PublicConfig, { api, minor = false, nonce }: StartOptions): PlacetApi {
  const trackers = config.trackers.map((own) => ({
    ...own,
    match: own.match.map(({ host, path }) => (path === "/" ? host : host + path)),
    storage: own.storage.map(({ kind, name, domain }) => [kind, name, ...(domain ? [domain] : [])].join(" ")),
  }));
  return startWidget(
    {
      ...config,
      trackers,
      categories: config.categories.map(({ id }) => id),
      next: config.next?.effective_at ?? null,
      api,
      widget: null,
    },
    {
      minor,
      nonce,
      isStrict: false,
      load(name, fail, arrive) {
        const bring = async () => {
          if (name === "after") {
            const { makeAfter } = await import("./after/part");
            arrive("after", makeAfter);
          } else if (name === "preferences") {
            const [{ makePart }, notice] = await Promise.all([
              import("./preferences/part"),
              fetchJson<NoticeDocument>(`${api}/v1/sites/${config.site}/notices/${config.notice.sha256}`),
            ]);
            arrive("preferences", (context) => makePart(notice, context));
          } else fail(); // discovery mode comes as a script
        };
        bring().catch(fail);
      },
    },
  );
}

/**
 * Fetches the site's config and starts. Rejects when there is no config to be had; then nothing marked runs, and what
 * the page does beyond that is up to it.
 */
export async function load({ site, lang, ...options }: LoadOptions): Promise<PlacetApi> {
  const query = new URLSearchParams({ ...(lang && { lang }), ...(options.minor && { minor: "1" }) });
  return start(await fetchJson<PublicConfig>(`${options.api}/v1/sites/${site}/config?${query}`), options);
}

async function fetchJson<T>(url: string): Promise<T> {
  const answer = await fetch(url, { credentials: "omit", referrerPolicy: "strict-origin" });
  if (!answer.ok) throw new Error(`placet: ${url} answered ${answer.status}`);
  return answer.json();
}
