/** What is on the screen: the banner while the visitor is asked, the reopen button afterwards, the preferences on demand. */

import { attempt } from "../attempt";
import { grants } from "../gate/choice";
import { readRecord } from "../receipts/receipt";
import type { Session } from "../session";
import { setSource } from "../trusted";
import { type Banner, occasionOf, showBanner } from "./banner";
import { actionButton, h, webLink } from "./dom";
import { showReopen } from "./reopen";
import { wearScheme } from "./scheme";
import { addSheet, dress } from "./style";

/** What the preferences part gets to work with. */
export interface PreferencesContext {
  h: typeof h;
  actionButton: typeof actionButton;
  webLink: typeof webLink;
  grants: typeof grants;
  session: Session;
  opener: HTMLElement | null;
  receiptId: string | null | undefined;
  occasionOf: typeof occasionOf;
  /** Gives a root of ours the page's scheme. */
  wearScheme: typeof wearScheme;
  /** Adds our sheet and the part's own, which is written like it. */
  dress(css: string): void;
}

export type ShowPreferences = (context: PreferencesContext) => void;

export interface Layers {
  /** Draws what the present choice asks for; safe to call at any time once there is a body. */
  draw(): void;
  open(opener?: HTMLElement): void;
  /** Called by the preferences part when it has arrived. */
  arrive(show: ShowPreferences): void;
}

const PART_TIMEOUT_MS = 10_000;

/** `tag`: our own script element. What lets it in (nonce, CORS) lets its part in. */
export function createLayers(session: Session, tag: HTMLScriptElement | null): Layers {
  const { config, minor } = session;
  const nonce = tag?.nonce;
  let banner: Banner | undefined;
  let isReopenShown = false;
  let status: HTMLElement | undefined;
  let part: ShowPreferences | undefined;
  /** The opener of a request under way; null when a script asked. */
  let waiting: { opener: HTMLElement | null } | undefined;

  const raise = () => {
    banner ||= showBanner(session, nonce, open);
    listen();
  };

  const draw = () => {
    // A minor is not asked: everything optional is off.
    if (minor) return;
    if (!session.choice()) {
      if (config.categories.length > 1) raise();
      return;
    }
    banner?.remove();
    banner = undefined;
    if (!isReopenShown) showReopen(config, nonce, open);
    isReopenShown = true;
    if (status) status.textContent = config.texts.saved;
  };

  // A live region is only heard when it was there before its words.
  const listen = () => {
    if (!status) document.body.append((status = h("div", { role: "status", "data-placet": "status" })));
  };

  const show = (opener: HTMLElement | null) =>
    attempt(() => {
      listen();
      part?.({
        h,
        actionButton,
        webLink,
        grants,
        session,
        opener,
        receiptId: readRecord(config.site)?.previous,
        occasionOf,
        wearScheme,
        dress: (css) => {
          dress(nonce);
          addSheet(css, nonce);
        },
      });
    });

  const open = (opener: HTMLElement | null = null) => {
    if (minor) return;
    if (part) {
      show(opener);
      return;
    }
    if (waiting) return;
    const request = { opener };
    const fail = () => {
      if (waiting !== request) return;
      waiting = undefined;
      raise();
      banner?.fail();
    };
    waiting = request;
    attempt(() => {
      const script = h("script", { nonce });
      if (tag) script.crossOrigin = tag.crossOrigin;
      setSource(script, config.preferences);
      script.onerror = fail;
      document.head.append(script);
    });
    setTimeout(fail, PART_TIMEOUT_MS);
  };

  const arrive = (arrived: ShowPreferences) => {
    part = arrived;
    // Later than the visitor was told that it failed: it waits for the next click.
    if (waiting) show(waiting.opener);
    waiting = undefined;
  };

  return { draw, open, arrive };
}
