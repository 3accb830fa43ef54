/** The config as `GET /v1/sites/<site>/config` answers it, for those who start without a loader. */

import type { NoticeDocument, Signals, StorageItem, TrackerRule, WidgetConfig } from "./types";

/** What that address answers, as far as the widget reads it. */
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

/** Makes of it what the loader would carry. `widget`: the build that runs; null where a site has bundled it itself. */
export const configOf = (config: PublicConfig, api: string, widget: WidgetConfig["widget"]): WidgetConfig => ({
  ...config,
  trackers: config.trackers.map((own) => ({
    ...own,
    match: own.match.map(({ host, path }) => (path === "/" ? host : host + path)),
    storage: own.storage.map(({ kind, name, domain }) => [kind, name, ...(domain ? [domain] : [])].join(" ")),
  })),
  categories: config.categories.map(({ id }) => id),
  next: config.next?.effective_at ?? null,
  api,
  widget,
});

/** Fetches the site's config; rejects where there is none to be had. `lang`: BCP 47, otherwise the browser's. */
export function fetchConfig(api: string, site: string, minor?: boolean, lang?: string): Promise<PublicConfig> {
  const query = new URLSearchParams({ ...(lang && { lang }), ...(minor && { minor: "1" }) });
  return fetchJson(`${api}/v1/sites/${site}/config?${query}`);
}

export const fetchNotice = (api: string, { site, notice }: PublicConfig): Promise<NoticeDocument> =>
  fetchJson(`${api}/v1/sites/${site}/notices/${notice.sha256}`);

async function fetchJson<T>(url: string): Promise<T> {
  const answer = await fetch(url, { credentials: "omit", referrerPolicy: "strict-origin" });
  if (!answer.ok) throw new Error(`placet: ${url} answered ${answer.status}`);
  return answer.json();
}
