/** One page after the other in happy-dom's one window: each test gets one in which there has never been a gate. */

import { afterEach, beforeEach, vi } from "vitest";
import type { PlacetApi } from "../src/api";
import { acknowledge, clearBrowser, NOW } from "./support";

/** The page's own network. What the widget has posted: `posted()`. */
export const network = vi.fn<typeof fetch>();
export const beacon = vi.fn((_url: string | URL, _data?: BodyInit | null) => true);

export interface Posted {
  method: string;
  choices: Record<string, boolean>;
  trackers: Record<string, boolean>;
  [field: string]: unknown;
}

/** The receipts that have been posted, in their order. */
export const posted = (): Posted[] =>
  network.mock.calls.filter(([url]) => /\/receipts$/.test(`${url}`)).map(([, init]) => JSON.parse(`${init?.body}`));

/** Every connection to another context that a page has opened, by the names of their classes. */
export const opened: FakeConnection[] = [];

/** A connection or worker that says what has been done to it. */
export class FakeConnection {
  static readonly made: string;
  readyState: number | undefined;
  isOpen = true;
  constructor(readonly url: string | URL) {
    opened.push(this);
  }
  close(): void {
    this.isOpen = false;
    this.readyState = 2;
  }
}

/** A channel to this site's other tabs, of which a test can be one: everything is heard at once. */
export class FakeChannel {
  static all: FakeChannel[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor(readonly name: string) {
    FakeChannel.all.push(this);
  }
  postMessage(data: unknown): void {
    for (const other of FakeChannel.all) if (other !== this && other.name === this.name) other.onmessage?.({ data });
  }
}

const owners = (): object[] => [
  ...["Script", "IFrame", "Image", "Link", "Media", "Source", "Embed", "Object"].map(
    (name) => (window as unknown as Record<string, { prototype: object }>)[`HTML${name}Element`].prototype,
  ),
  ...[Node, Element, CharacterData, Document, DocumentFragment, ShadowRoot, Range, Navigator, XMLHttpRequest].map(
    ({ prototype }) => prototype,
  ),
];

/** In a browser each interface has its members itself; happy-dom keeps some in a class above. */
function resembleBrowser(): void {
  let owner: object = document;
  while (!Object.hasOwn(owner, "importNode")) owner = Object.getPrototypeOf(owner);
  Object.assign(window, { Document: owner.constructor });
  for (const { prototype } of [DocumentFragment, Range, XMLHttpRequest]) {
    const inherited = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(prototype));
    Object.defineProperties(prototype, { ...inherited, ...Object.getOwnPropertyDescriptors(prototype) });
  }
  // A template's markup goes the way of every element's.
  const native = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML")!;
  let above: object = HTMLTemplateElement.prototype;
  while (!Object.hasOwn(above, "innerHTML")) above = Object.getPrototypeOf(above);
  const ofTemplates = Object.getOwnPropertyDescriptor(above, "innerHTML")!;
  Reflect.deleteProperty(above, "innerHTML");
  Object.defineProperty(Element.prototype, "innerHTML", {
    ...native,
    get() {
      return (this instanceof HTMLTemplateElement ? ofTemplates : native).get!.call(this);
    },
    set(markup) {
      (this instanceof HTMLTemplateElement ? ofTemplates : native).set!.call(this, markup);
    },
  });
  Navigator.prototype.sendBeacon = beacon;
}

/** Has every test of this file begin on a new page, under a clock that stands at NOW. */
export function usePages(): void {
  resembleBrowser();
  const natives = owners().map((owner) => [owner, Object.getOwnPropertyDescriptors(owner)] as const);
  const listened: (() => void)[] = [];
  const observers = new Set<MutationObserver>();
  const observe = MutationObserver.prototype.observe;

  const remember = (target: EventTarget) => {
    const add = target.addEventListener.bind(target);
    vi.spyOn(target, "addEventListener").mockImplementation((type: string, ...rest: unknown[]) => {
      const [listener, options] = rest as [EventListener, AddEventListenerOptions?];
      listened.push(() => target.removeEventListener(type, listener, options));
      add(type, listener, options);
    });
  };

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
    clearBrowser();
    network.mockReset().mockImplementation(acknowledge);
    beacon.mockClear();
    opened.length = 0;
    FakeChannel.all.length = 0;
    Object.defineProperty(window, "fetch", { value: network, configurable: true, writable: true });
    vi.stubGlobal("BroadcastChannel", FakeChannel);
    for (const name of ["EventSource", "WebSocket", "Worker", "SharedWorker"]) {
      vi.stubGlobal(name, class extends FakeConnection {});
    }
    vi.spyOn(MutationObserver.prototype, "observe").mockImplementation(function (this: MutationObserver, ...args) {
      observers.add(this);
      observe.apply(this, args);
    });
    remember(document);
    remember(window);
    const error = console.error;
    vi.spyOn(console, "error").mockImplementation((what: unknown, ...rest: unknown[]) => {
      // That no frame is really loaded here is no news.
      if (!/Iframe page loading is disabled/.test(`${what}`)) error(what, ...rest);
    });
  });

  afterEach(() => {
    for (const forget of listened.splice(0)) forget();
    for (const observer of observers) observer.disconnect();
    observers.clear();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
    for (const [owner, members] of natives) {
      for (const [name, native] of Object.entries(members)) {
        const present = Object.getOwnPropertyDescriptor(owner, name);
        if (present?.value !== native.value || present?.set !== native.set) Object.defineProperty(owner, name, native);
      }
    }
    delete (window as { placet?: PlacetApi }).placet;
  });
}
