/** Starts one site's widget on this page and gives the page its `window.placet`. */

import type { PlacetApi } from "./api";
import { attempt, say } from "./attempt";
import { createParts, type LoadPart } from "./parts";
import { type State, startSession } from "./session";
import { tellPage } from "./signals/page";
import type { LoaderConfig, WidgetConfig } from "./types";
import { occasionOf } from "./ui/banner";
import { actionButton, h } from "./ui/dom";
import { createLayers } from "./ui/layers";
import { wearScheme } from "./ui/scheme";
import { dress, LAYER } from "./ui/style";

/** Nobody has read the question sooner, or looks for the button by which it is asked again. */
const READING_MS = 1500;

export interface StartOptions {
  minor: boolean;
  nonce?: string | undefined;
  /** *Strict automatic*: the preferences part has a policy to look after. */
  isStrict: string | boolean | undefined;
  load: LoadPart;
}

/** Starts, once a page: a second tag gets the object of the first. */
export function start(compact: LoaderConfig, { minor, nonce, isStrict, load }: StartOptions): PlacetApi {
  const page = window as { placet?: PlacetApi };
  // An element with that id stands there, too.
  if (page.placet?._part) {
    say("twice");
    return page.placet;
  }

  const config: WidgetConfig = {
    ...compact,
    trackers: compact.trackers.map((own) => ({
      since: 1,
      match: [],
      storage: [],
      stop: [],
      ...own,
    })),
  };
  const send = window.fetch.bind(window);
  let mayDraw = false;

  const session = startSession(
    config,
    minor,
    () => mayDraw && layers.draw(),
    () => mayDraw && layers.lookAround(),
    (work) => {
      if (parts.here.after) work(parts.here.after);
      else parts.use("after", work);
    },
  );
  const parts = createParts(load, () => ({
    session,
    layers,
    ...parts,
    send,
    h,
    actionButton,
    occasionOf,
    wearScheme,
    dress: (css) => dress(nonce, LAYER, css, config.look),
  }));
  const layers = createLayers(session, parts, nonce, isStrict);

  /** Under the page's own hand a yes counts only while the browser says that the visitor has just acted. */
  const set = (wish: Record<string, boolean>): boolean => {
    const isDone = session.makeChoice(wish, { method: "api", trusted: !!navigator.userActivation?.isActive });
    if (!isDone) layers.openPreferences();
    return isDone;
  };
  const { site } = config;
  const setAll = (yes: boolean) => () => set(session.wishFor(yes));
  const api = {
    site,
    get: session.state,
    allows: session.allows,
    onChange: (callback: (state: State) => void) => {
      const hear = ({ detail }: { detail?: State }) => attempt(() => callback(detail!));
      document.addEventListener("placet:change", hear as EventListener);
      hear({ detail: session.state() });
      return () => document.removeEventListener("placet:change", hear as EventListener);
    },
    show: layers.openPreferences,
    accept: setAll(true),
    reject: setAll(false),
    withdraw: setAll(false),
    set,
    setMinor: session.setMinor,
    check: () => parts.bring("preferences").then((part) => part.check()),
    _part: parts.arrive,
  } as unknown as PlacetApi & { ready: unknown };
  api.ready = Promise.resolve(api);
  page.placet = api;

  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.<HTMLElement>("[data-placet=settings]");
    if (!link) return;
    event.preventDefault();
    layers.openPreferences(link);
  });

  // Who is asked, in the first frame: it comes when the page's own style sheets are there, so its colours are known.
  const drawFirst = (frame?: number) => {
    // The reopen button of who has chosen can wait, but for a signal whose effect must always be seen.
    const canWait = session.inForce() && !session.honoursGpc;
    if (!document.body || !(canWait || frame)) {
      requestAnimationFrame(drawFirst);
      return;
    }
    mayDraw = true;
    if (canWait) layers.lookAround();
    else attempt(layers.draw);
    document.addEventListener("pointerover", attend, { once: true });
    setTimeout(attend, READING_MS);
  };
  // Neither the button nor what sends the receipt, which should be here before the answer, is to be in the way of the page:
  // at the first sign of somebody, or while they read.
  const attend = () => {
    if (session.attend()) parts.use("preferences", (part) => part.tend());
    if (session.inForce()) setTimeout(layers.offerReopen);
    else parts.use("after");
  };
  // A page that is only prerendered has no visitor yet.
  const begin = () => {
    attempt(session.begin);
    // A page that opens behind others gets no frame, but obeys them.
    if (document.hidden) session.attend();
    drawFirst();
  };
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener("prerenderingchange", begin, { once: true });
  } else begin();
  tellPage("ready", session.state());
  return api;
}
