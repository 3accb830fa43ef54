/** Which trackers a URL belongs to, by the hosts and paths that the config lists. */

import type { GateTracker } from "../types";

/**
 * Compiles the trackers' `match` into a function from URL to tracker ids (`undefined`: belongs to none).
 * The most specific pattern decides: an exact host before a wildcard, a longer host before a shorter, then the longer
 * path. Trackers that list the very same pattern are all returned, and all of them must be allowed.
 */
export function compileMatch(trackers: GateTracker[]): (url: string) => string[] | undefined {
  const patterns = trackers
    .flatMap(({ id, match }) => match.map((pattern) => ({ ...pattern, id })))
    .sort(
      (a, b) => +isWild(a.host) - +isWild(b.host) || b.host.length - a.host.length || b.path.length - a.path.length,
    );
  return (url) => {
    try {
      const { hostname, pathname } = new URL(url, document.baseURI);
      const best = patterns.find(
        ({ host, path }) =>
          (isWild(host) ? hostname.endsWith(host.slice(1)) : hostname === host) && pathname.startsWith(path),
      );
      return best && patterns.filter(({ host, path }) => host === best.host && path === best.path).map(({ id }) => id);
    } catch {
      return undefined; // no address: the browser will not load it either
    }
  };
}

const isWild = (host: string) => host[0] === "*";
