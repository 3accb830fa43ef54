/**
 * The widget for a site's own bundle: the same, without a script tag. Types and use: docs/widget.md, "As a module".
 * Nothing is touched before `load` or `start` is called, so that a server can import it.
 */

import type { PlacetApi } from "./api";
import { configOf, fetchConfig, fetchNotice, type PublicConfig } from "./public-config";
import { start as startWidget } from "./start";

export type { PlacetApi } from "./api";
export type { Choice } from "./gate/choice";
export type { PublicConfig } from "./public-config";
export type { State } from "./session";

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
  return startWidget(configOf(config, api, null), {
    minor,
    nonce,
    isStrict: false,
    load(name, fail, arrive) {
      const bring = async () => {
        if (name === "after") {
          const { makeAfter } = await import("./after/part");
          arrive("after", makeAfter);
        } else if (name === "preferences") {
          const [{ makePart }, notice] = await Promise.all([import("./preferences/part"), fetchNotice(api, config)]);
          arrive("preferences", (context) => makePart(notice, context));
        } else fail(); // discovery mode comes as a script
      };
      bring().catch(fail);
    },
  });
}

/**
 * Fetches the site's config and starts. Rejects when there is no config to be had; then nothing marked runs, and what
 * the page does beyond that is up to it.
 */
export async function load({ site, lang, ...options }: LoadOptions): Promise<PlacetApi> {
  return start(await fetchConfig(options.api, site, options.minor, lang), options);
}
