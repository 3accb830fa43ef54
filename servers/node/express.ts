/** Placet in an Express site (4 or 5), or wherever middleware is `(request, response, next)`. */

import type { Asked, Consent, Placet } from "./placet-site";

export { Consent, Placet } from "./placet-site";

/** As much of Node's response as is used. */
export interface Answer {
  getHeader(name: string): number | string | string[] | undefined;
  setHeader(name: string, value: string | string[]): unknown;
  removeHeader(name: string): void;
  writeHead: (...head: never[]) => unknown;
}

export interface MiddlewareOptions<R> {
  /** Every HTML answer bears the Content-Security-Policy that the visitor's choice allows. Default: true. */
  csp?: boolean;
  /** Whether the site says that the visitor of a request is a minor. */
  minor?: (request: R) => boolean;
}

/** Whatever else tells a cache to keep an answer that is one visitor's alone. */
const FOR_CACHES = ["Expires", "Pragma", "CDN-Cache-Control", "Surrogate-Control"];

const known = new WeakMap<object, { consent: Consent; isRead: boolean }>();

/**
 * Asks before each request goes on, so that `consentOf` has the answer; answers that depend on it say so. Mount it after
 * what needs no consent, such as static files.
 */
export function placetMiddleware<R extends Asked>(placet: Placet, options: MiddlewareOptions<R> = {}) {
  const { csp = true, minor = () => false } = options;
  return async (request: R, response: Answer, next: (error?: unknown) => void): Promise<void> => {
    try {
      const asked = { consent: await placet.consent(request, { minor: minor(request) }), isRead: false };
      known.set(request, asked);
      beforeHead(response, () => {
        const policed = csp && isPage(response);
        if (policed || asked.isRead) mark(response, placet);
        if (policed) addPolicy(response, asked.consent.csp);
      });
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
}

/** What may run for the visitor of a request. Throws an `Error` without the middleware. */
export function consentOf(request: object): Consent {
  const asked = known.get(request);
  if (!asked) throw new Error("No placetMiddleware has seen this request.");
  asked.isRead = true;
  return asked.consent;
}

/** Calls `last` when the head of the answer is written, with every header of it in place. */
function beforeHead(response: Answer, last: () => void): void {
  const write = response.writeHead as (...head: unknown[]) => unknown;
  const writeHead = function (this: unknown, status: number, ...rest: unknown[]) {
    response.writeHead = write as Answer["writeHead"];
    const headers = rest.find((part) => part && typeof part === "object");
    // A name may come several times: cookies do.
    const all = new Map<string, string | string[]>();
    for (const [name, value] of pairs(headers)) {
      const key = name.toLowerCase();
      all.set(key, all.has(key) ? [all.get(key) as string, value].flat() : value);
    }
    for (const [name, value] of all) response.setHeader(name, value);
    last();
    const words = rest.filter((part) => typeof part === "string");
    return write.call(this, status, ...words);
  };
  response.writeHead = writeHead as unknown as Answer["writeHead"];
}

/** The headers given to `writeHead`: an object, or names and values in turn. */
function pairs(headers: unknown): [string, string | string[]][] {
  if (!Array.isArray(headers)) return Object.entries((headers ?? {}) as Record<string, string>);
  if (Array.isArray(headers[0])) return headers;
  return headers.flatMap((name, at) => (at % 2 ? [] : [[name, headers[at + 1]] as [string, string]]));
}

const text = (value: number | string | string[] | undefined): string => [value ?? ""].flat().join(", ");

/** Whether an answer is a document that a policy has a say in. */
const isPage = (response: Answer): boolean =>
  /^(text\/html|application\/xhtml\+xml)/i.test(text(response.getHeader("Content-Type")));

/** No shared cache keeps the answer, no browser uses it again, and `Vary` names what it depends on (RFC 9110, 12.5.5). */
function mark(response: Answer, placet: Placet): void {
  for (const name of FOR_CACHES) response.removeHeader(name);
  response.setHeader("Cache-Control", "private, no-store");
  const names = text(response.getHeader("Vary"))
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.includes("*")) return;
  const there = names.map((name) => name.toLowerCase());
  const ours = ["Cookie", "Sec-GPC", ...placet.placeHeaders].filter((name) => !there.includes(name.toLowerCase()));
  response.setHeader("Vary", [...names, ...ours].join(", "));
}

/** A policy that is there holds as well (CSP Level 3, several policies). */
function addPolicy(response: Answer, csp: string): void {
  const own = response.getHeader("Content-Security-Policy");
  response.setHeader("Content-Security-Policy", own === undefined ? csp : [text(own), csp]);
}
