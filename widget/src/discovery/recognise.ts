/** What was seen in a page, and which trackers of the published config it belongs to. */

import { fits } from "../after/withdraw";
import { compileMatch } from "../gate/match";
import type { GateTracker, StorageKind } from "../types";

/** What the server says is published: app/core/loader.py. */
export interface Listed {
  /** The site's own. */
  origins: string[];
  /** What its pages need besides trackers. */
  csp_sources: string[];
  trackers: ListedTracker[];
  /** Where the desk takes what was found, after a `#`. */
  desk: string;
}

export interface ListedTracker extends Pick<GateTracker, "id" | "category" | "match" | "storage"> {
  name: string;
  vendor: string;
}

/** `element`: held by the gate, which keeps its address. */
export type Kind = "host" | "element" | StorageKind;

/** `held` by the gate or a mark, `blocked` by the page's policy: nothing of it was loaded. */
export type How = "seen" | "blocked" | "held";

export interface Sighting {
  kind: Kind;
  name: string;
  /** Ids of the trackers that list it; `csp_sources` when the page is said to need it; empty: nobody lists it. */
  by: string[];
  how: How;
  /** As a config has it, where the browser tells. */
  lifetime?: string | undefined;
}

/** Stands where a tracker's id does. No id has a `_`. */
export const NEEDED = "csp_sources";

/** Longer names are cut: a page can call a key what it likes. */
export const MAX_NAME = 200;

export interface Recogniser {
  /** What a request to `url` is: null for the page's own hosts, where no tracker lists the path, and for Placet's. */
  address(url: string, how: How): Sighting | null;
  /** What a cookie, key or database is; null for our own. */
  stored(kind: StorageKind, name: string, lifetime?: string): Sighting | null;
}

const hostOf = (origin: string) => new URL(origin).hostname;

/** `api`: where Placet is. */
export function createRecogniser({ origins, csp_sources, trackers }: Omit<Listed, "desk">, api: string): Recogniser {
  const idsOf = compileMatch(trackers as unknown as GateTracker[]);
  const needed = csp_sources.map((source) => source.replace(/^[a-z]+:\/\//, "").replace(/[:/].*/, ""));
  const isNeeded = compileMatch([{ id: NEEDED, match: needed } as unknown as GateTracker]);
  const own = [...origins, api, location.origin].map(hostOf);

  return {
    address: (url, how) => {
      try {
        const { protocol, hostname } = new URL(url, document.baseURI);
        if (!/^(http|ws)s?:$/.test(protocol)) return null;
        let by = idsOf(url);
        if (!by[0] && own.includes(hostname)) return null;
        if (!by[0]) by = isNeeded(url);
        return { kind: "host", name: hostname, by, how };
      } catch {
        return null; // `inline`, `eval`: a policy blocks those, too
      }
    },
    stored: (kind, name, lifetime) => {
      if (name.startsWith("placet_")) return null;
      const by = trackers.filter(({ storage }) => storage.some((item) => fits(item, kind, name))).map(({ id }) => id);
      const short = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
      return { kind, name: short, by, how: "seen", lifetime };
    },
  };
}
