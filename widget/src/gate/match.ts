/** Which trackers a URL belongs to, by the hosts and paths that the config lists. */

import type { GateTracker } from "../types";

/**
 * Compiles the trackers' `match` (`host` or `host/path`) into a function from URL to tracker ids, none where it
 * belongs to none. The most specific pattern decides: an exact host before a wildcard, a longer host before a shorter,
 * then the longer path. Trackers that list the very same pattern are all returned, and all of them must be allowed.
 */
export function compileMatch(trackers: GateTracker[]): (url: string) => string[] {
  let patterns: ({ id: string; asListed: string } & ReturnType<typeof split>)[];
  return (url) => {
    // Not before somebody asks: on many pages nobody does.
    patterns ||= trackers
      .flatMap(({ id, match }) => match.map((asListed) => ({ id, asListed, ...split(asListed) })))
      .sort((a, b) => b.rank - a.rank);
    try {
      const { hostname, pathname } = new URL(url, document.baseURI);
      const best = patterns.find(({ fits, path }) => fits(hostname) && pathname.startsWith(path));
      return patterns.filter(({ asListed }) => asListed === best?.asListed).map(({ id }) => id);
    } catch {
      return []; // no address: the browser will not load it either
    }
  };
}

/**
 * Words of which a text has one when it names an address of theirs: quick to look for, so that what has none is left
 * alone. The path where there is one, for addresses of the page's own host stand without it; and the beginning of a
 * character reference, which can hide any.
 */
export const wordsOf = (trackers: GateTracker[]): string[] => [
  "&#",
  ...trackers.flatMap(({ match }) => match.map((pattern) => pattern.replace(/^\*|^[^/]+(?=\/)/, ""))),
];

/** `host` is without the star of `*.example.com`; `rank`: the higher, the more specific (hosts and paths are below 1,000). */
function split(pattern: string) {
  const [, star, host, path] = /^(\*?)([^/]*)(.*)/.exec(pattern)!;
  return {
    path,
    rank: (star ? 0 : 1e6) + host.length * 1e3 + path.length,
    fits: (name: string) => (star ? name.endsWith(host) : name === host),
  };
}
