/**
 * *Strict automatic*: a Content-Security-Policy in the page, the one that `/trackers` returns for the same choice
 * (app/core/csp.py; both held to tests/contract/csp.json). The bootstrap puts it in; it can be narrowed but not lifted,
 * so what a later yes lets in needs one reload.
 */

import { tryStorage } from "../attempt";
import type { WidgetConfig } from "../types";

/** Writes the policy that lets in only what is allowed (tracker ids). */
export function contentSecurityPolicy(
  { api, csp_sources, trackers }: Pick<WidgetConfig, "api" | "csp_sources" | "trackers">,
  allows: (id: string) => boolean,
): string {
  const hosts = trackers
    .filter(({ id, kind }) => allows(id) && !/server|declared/.test(`${kind}`))
    .flatMap(({ match }) => match)
    .flatMap((pattern) => {
      const [, host, path] = /^([^/]*)(.*)/.exec(pattern)!;
      const source = `${host}:*${path.replace(/;/g, "%3B").replace(/,/g, "%2C")}`;
      return path.length < 2 ? `${host}:*` : /\/$/.test(path) ? source : [source, `${source}/`];
    });
  // WebSockets are of another scheme than the page; `ws:` lets `wss:` in as well.
  const sockets = [...new Set(hosts)].map((host) => `ws://${host}`);
  const sources = [...new Set(["'self'", new URL(api).origin, ...(csp_sources || []), ...hosts])];
  const scripts = sources.filter((source) => !/^(data|blob|mediastream):$/.test(source));
  return `default-src ${[...sources, ...sockets].join(" ")}; script-src ${scripts.join(" ")}; object-src 'none'; base-uri 'self'`;
}

/** What a policy lets in; everything else in it is the same in all of ours. */
const sourcesOf = (policy: string) => (/default-src ([^;]*)/.exec(policy)?.[1] || "").split(" ");

/**
 * Holds the page to its policy. `present` is what the bootstrap has put in already. The policy is kept for the bootstrap
 * of the next page, until a day (UTC, since 1970-01-01). Returns a function that takes the policy of the moment: it puts
 * that in where it is narrower, and says whether only a reload would bring it. Where a reload for it has not brought it, it
 * is not asked for again.
 */
export function enforcePolicy(site: string, present: string): (policy: string, until: number) => boolean {
  const name = `placet_${site}_csp`;
  let inPage = present;
  return (policy, until) =>
    !!tryStorage(() => {
      localStorage.setItem(name, `${until} ${policy}`);
      if (!sourcesOf(policy).every((source) => sourcesOf(inPage).includes(source))) {
        const isTried = sessionStorage.getItem(name) === policy;
        sessionStorage.setItem(name, policy);
        return !isTried;
      }
      sessionStorage.removeItem(name);
      if (policy === inPage) return false;
      inPage = policy;
      const meta = document.createElement("meta");
      meta.httpEquiv = "Content-Security-Policy";
      meta.content = policy;
      document.head.append(meta);
      return false;
    });
}
