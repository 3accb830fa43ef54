/** Looks at what is in the page. It only reads: nothing is granted, stored for others or sent. */

import { attempt, tryStorage } from "../attempt";
import type { Session } from "../session";
import type { StorageKind } from "../types";
import type { Recogniser, Sighting } from "./recognise";

/** What the browser says of a cookie beside its name, where it does. */
interface StoredCookie {
  name?: string;
  expires?: number | null;
}
type CookieStore = EventTarget & { getAll(): Promise<StoredCookie[]> };

interface Report {
  body: { blockedURL?: string; disposition?: string } | null;
}
interface Observer {
  observe(options?: object): void;
  disconnect(): void;
}
type MakeObserver = new (hear: (reports: Report[]) => void, options: object) => Observer;

const SETTLED_MS = 100;
const MAX_BLOCKED = 1_000;
const DAY_MS = 86_400_000;
const MARKED = '[type="text/plain"]:is([data-tracker],[data-category])';
const ADDRESSES = ["src", "data-src", "href"];
const lifetimeOf = ({ expires }: StoredCookie) =>
  expires === undefined ? undefined : expires ? `P${Math.ceil((expires - Date.now()) / DAY_MS)}D` : "session";

type Tell = (sightings: (Sighting | null)[]) => void;

/** What of the page can be asked at any moment: elements that wait, cookies, keys. */
export function lookAround(session: Session, { address, stored }: Recogniser): (Sighting | null)[] {
  const held = session.parked().map(
    ([{ localName }, by]): Sighting => ({
      kind: "element",
      name: localName,
      by,
      how: "held",
    }),
  );
  const marked = [
    ...document.querySelectorAll(MARKED),
    ...[...document.querySelectorAll<HTMLTemplateElement>("template[data-tracker],template[data-category]")].flatMap(
      ({ content }) => [...content.querySelectorAll("[src],link[href]")],
    ),
  ].flatMap((element) => ADDRESSES.map((name) => element.getAttribute(name)));
  const keys = (kind: StorageKind, read: () => string[]) => (tryStorage(read) || []).map((name) => stored(kind, name));
  return [
    ...held,
    ...marked.map((url) => (url ? address(url, "held") : null)),
    ...keys("cookie", () =>
      document.cookie
        .split("; ")
        .filter((pair) => pair.includes("="))
        .map((pair) => pair.split("=")[0]),
    ),
    ...keys("local", () => Object.keys(localStorage)),
    ...keys("session", () => Object.keys(sessionStorage)),
  ];
}

/** Tells what the page loads, now and since it began; what its policy blocks; cookies and databases. Returns its end. */
export function watch({ address, stored }: Recogniser, tell: Tell): () => void {
  const ends: (() => void)[] = [];
  const listen = (target: EventTarget, type: string, hear: (event: Event) => void) => {
    target.addEventListener(type, hear);
    ends.push(() => target.removeEventListener(type, hear));
  };
  const observe = (observer: Observer, options?: object) => {
    observer.observe(options);
    ends.push(() => observer.disconnect());
  };

  // Browsers list what a policy has blocked among what was loaded, maybe before they tell of the block.
  const blocked = new Set<string>();
  const block = (url = "", disposition = "") => {
    // What is only reported was loaded, and is seen as that.
    if (disposition !== "enforce") return;
    if (blocked.size < MAX_BLOCKED) blocked.add(url);
    tell([address(url, "blocked")]);
  };
  attempt(() =>
    observe(
      new PerformanceObserver((list) => {
        const names = list.getEntries().map(({ name }) => name);
        setTimeout(
          () => tell(names.filter((name) => !blocked.has(name)).map((name) => address(name, "seen"))),
          SETTLED_MS,
        );
      }),
      { type: "resource", buffered: true },
    ),
  );
  listen(document, "securitypolicyviolation", (event) => {
    const { blockedURI, disposition } = event as SecurityPolicyViolationEvent;
    block(blockedURI, disposition);
  });
  // What was blocked before we came is told by this one, in the browsers that have it.
  const { ReportingObserver } = window as { ReportingObserver?: MakeObserver };
  if (ReportingObserver) {
    const hear = (reports: Report[]) => {
      for (const { body } of reports) block(body?.blockedURL, body?.disposition);
    };
    attempt(() => observe(new ReportingObserver(hear, { types: ["csp-violation"], buffered: true })));
  }

  const { cookieStore } = window as { cookieStore?: CookieStore };
  const askCookies = () => {
    cookieStore?.getAll().then(
      (all) => tell(all.map((cookie) => (cookie.name ? stored("cookie", cookie.name, lifetimeOf(cookie)) : null))),
      () => {}, // a page without an origin of its own has none
    );
  };
  if (cookieStore) listen(cookieStore, "change", askCookies);
  const askDatabases = () =>
    tryStorage(() =>
      indexedDB.databases().then(
        (all) => tell(all.map(({ name }) => (name ? stored("indexeddb", name) : null))),
        () => {}, // blocked: there are none
      ),
    );
  askCookies();
  const timer = setInterval(askDatabases, 2_000);
  ends.push(() => clearInterval(timer));
  askDatabases();
  return () => {
    for (const end of ends) end();
  };
}
