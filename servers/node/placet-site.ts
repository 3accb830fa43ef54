/**
 * A site's own server asks Placet which trackers may run for a visitor now (GET /v1/sites/<site>/trackers, docs/api.md).
 * Whatever goes wrong, nothing optional is allowed. Needs Node 20 and nothing else.
 */

import { type Choice, NECESSARY, readChoice } from "./choice";

/** All that an answer depends on: the choice as the cookie has it, GPC, a minor or not, the trusted place headers. */
export interface Question {
  choice: string | null;
  gpc: boolean;
  minor: boolean;
  place: [name: string, value: string][];
}

export interface Options {
  /** Milliseconds that one question may take. */
  timeout?: number;
  /** Milliseconds: how long an answer is used again for whoever chose the same, and nobody asks after a failure. */
  keep?: number;
  /** Request headers, set by the site's own proxy, that tell Placet the visitor's country (its PLACET_COUNTRY_HEADER). */
  placeHeaders?: string[];
  /** Placet's origin as browsers know it, where that is another than the one asked. */
  publicUrl?: string;
  /** The policy when there is no answer; by default the page's own origin and Placet's. */
  closedCsp?: string;
  /** Is told of every failure; by default `console.warn`. Nothing of the visitor is in it. */
  warn?: (words: string) => void;
  /** Milliseconds on a clock that never goes back. */
  monotonic?: () => number;
}

/** A request as Node has it: names of headers in lower case. */
export interface Asked {
  headers: Record<string, string | string[] | undefined>;
}

interface Verdict {
  id: string;
  category: string;
  allowed: boolean;
  reason: string;
}

const MAX_KEPT = 1000;
const SITE = /^s_[A-Za-z0-9_-]{1,64}$/;
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]*$/;
const OURS = /^(host|connection|content-length|transfer-encoding|cookie|sec-gpc|placet-receipt)$/i;
const PLACE = /^(?:[A-Za-z]{2}-)?[A-Za-z0-9]{1,3}$/;
// No control character: whoever answers in Placet's place must not be able to add a header to ours.
const POLICY = /^[\x20-\x7e]{1,65536}$/;

/** What may run for one visitor now. */
export class Consent {
  /** Ids of trackers. */
  readonly allowed: ReadonlySet<string>;

  constructor(
    /** The Content-Security-Policy that lets in just those. */
    readonly csp: string,
    private readonly verdicts: readonly Verdict[] = [],
    readonly version: number | null = null,
    readonly regime: string | null = null,
    /** Why there was no answer, in words for the site's owner; then nothing is allowed. */
    readonly problem: string | null = null,
  ) {
    this.allowed = new Set(verdicts.filter(({ allowed }) => allowed).map(({ id }) => id));
  }

  /** Whether a tracker, or every tracker of a category, may run now. What is not known may not. */
  allows(id: string): boolean {
    const own = this.verdicts.find((verdict) => verdict.id === id);
    if (own) return own.allowed;
    return id === NECESSARY || (!!this.runs(id) && !this.held(id));
  }

  /**
   * Why: a word of docs/api.md, or `unavailable` (Placet did not answer), or `unknown` (no such id). For a category it is
   * the reason of the first tracker that is held, else of the first that runs.
   */
  reason(id: string): string {
    if (id === NECESSARY) return NECESSARY;
    if (this.problem !== null) return "unavailable";
    const own = this.verdicts.find((verdict) => verdict.id === id);
    return (own ?? this.held(id) ?? this.runs(id) ?? this.of(id)[0])?.reason ?? "unknown";
  }

  private of(category: string): Verdict[] {
    return this.verdicts.filter((verdict) => verdict.category === category);
  }

  private runs(category: string): Verdict | undefined {
    return this.of(category).find(({ allowed }) => allowed);
  }

  /** The first tracker that is held; a tag manager with nothing to load holds nothing up. */
  private held(category: string): Verdict | undefined {
    return this.of(category).find(({ allowed, reason }) => !allowed && reason !== "unused");
  }
}

/** A site's connection to its Placet server; one for the whole process. Throws a `TypeError` for a bad option. */
export class Placet {
  readonly placeHeaders: readonly string[];
  private readonly origin: string;
  private readonly closedCsp: string;
  private readonly timeout: number;
  private readonly keep: number;
  private readonly warn: (words: string) => void;
  private readonly monotonic: () => number;
  private readonly kept = new Map<string, { since: number; consent: Consent }>();
  private failed: { since: number; consent: Consent } | null = null;

  /** `api`: the server's origin; no request can change it. `site`: the site's key, `s_…`. */
  constructor(
    api: string,
    readonly site: string,
    options: Options = {},
  ) {
    if (!SITE.test(site)) throw new TypeError(`not a site's key: ${JSON.stringify(site)}`);
    this.origin = originOf(api);
    this.placeHeaders = options.placeHeaders ?? [];
    for (const name of this.placeHeaders) {
      if (!HEADER_NAME.test(name) || OURS.test(name)) {
        throw new TypeError(`not a header that says where a visitor is: ${JSON.stringify(name)}`);
      }
    }
    const here = options.publicUrl ? originOf(options.publicUrl) : this.origin;
    this.closedCsp =
      options.closedCsp ?? `default-src 'self' ${here}; script-src 'self' ${here}; object-src 'none'; base-uri 'self'`;
    if (!POLICY.test(this.closedCsp)) throw new TypeError(`not a policy: ${JSON.stringify(this.closedCsp)}`);
    this.timeout = options.timeout ?? 1000;
    this.keep = options.keep ?? 5000;
    this.warn = options.warn ?? ((words) => console.warn(words));
    this.monotonic = options.monotonic ?? (() => performance.now());
  }

  /** What the visitor's cookie says, without asking anybody. */
  choice({ headers }: Asked): Choice | null {
    return readChoice(joined(headers.cookie, "; "), this.site);
  }

  /** What is to be asked for a request. What is no choice or no place is not passed on. */
  question(request: Asked, { minor = false } = {}): Question {
    const value = (name: string) => joined(request.headers[name.toLowerCase()], ", ");
    return {
      choice: this.choice(request)?.value ?? null,
      gpc: value("Sec-GPC")
        .split(",")
        .some((part) => part.trim() === "1"),
      minor,
      place: this.placeHeaders
        .map((name): [string, string] => [name, value(name).trim()])
        .filter(([, place]) => PLACE.test(place)),
    };
  }

  /** What may run for a request; never rejects, and takes no longer than the time-out. */
  consent(request: Asked, options: { minor?: boolean } = {}): Promise<Consent> {
    return this.ask(this.question(request, options));
  }

  /** What is remembered, else what Placet answers. */
  async ask(question: Question): Promise<Consent> {
    const key = JSON.stringify(question);
    const now = this.monotonic();
    for (const found of [this.kept.get(key), this.failed]) {
      if (found && now - found.since < this.keep) return found.consent;
    }
    try {
      const consent = await this.fetch(question);
      this.failed = null;
      this.kept.delete(key);
      this.kept.set(key, { since: this.monotonic(), consent });
      if (this.kept.size > MAX_KEPT) this.kept.delete(this.kept.keys().next().value!);
      return consent;
    } catch (error) {
      const problem = `Placet: ${error instanceof NoAnswer ? error.message : `no answer (${(error as Error).name})`}`;
      this.warn(`${problem}. Nothing optional is allowed.`);
      const consent = new Consent(this.closedCsp, [], null, null, problem);
      this.failed = { since: this.monotonic(), consent };
      return consent;
    }
  }

  private async fetch({ choice, gpc, minor, place }: Question): Promise<Consent> {
    const query = new URLSearchParams({ ...(choice && { choice }), ...(minor && { minor: "1" }) });
    const answer = await fetch(`${this.origin}/v1/sites/${this.site}/trackers?${query}`, {
      headers: { Accept: "application/json", ...(gpc && { "Sec-GPC": "1" }), ...Object.fromEntries(place) },
      redirect: "error",
      signal: AbortSignal.timeout(this.timeout),
    });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      throw new NoAnswer(`status ${answer.status}`);
    }
    return readAnswer(await answer.text());
  }
}

class NoAnswer extends Error {}

function readAnswer(text: string): Consent {
  let consent: Consent;
  try {
    const { trackers, csp, version, regime } = JSON.parse(text);
    const verdicts = [...trackers].map(({ id, category, allowed, reason }) => ({
      id: String(id),
      category: String(category),
      allowed: allowed === true,
      reason: String(reason),
    }));
    consent = new Consent(csp, verdicts, version, regime);
  } catch {
    throw new NoAnswer("not an answer of /trackers");
  }
  if (typeof consent.csp !== "string" || !POLICY.test(consent.csp)) throw new NoAnswer("a policy that is no header");
  return consent;
}

function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.href !== `${parsed.origin}/`) {
    throw new TypeError(`not an origin: ${JSON.stringify(url)}`);
  }
  return parsed.origin;
}

const joined = (value: string | string[] | undefined, between: string): string =>
  Array.isArray(value) ? value.join(between) : (value ?? "");
