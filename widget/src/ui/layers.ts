/** What is on the screen: the banner while the visitor is asked, the reopen button otherwise, the preferences on demand. */

import { attempt } from "../attempt";
import { Reason } from "../gate/decide";
import type { Parts } from "../parts";
import type { Session } from "../session";
import { type Question, showBanner, tellIn } from "./banner";
import { showReopen } from "./reopen";

export interface Layers {
  /** Draws what the present choice asks for; safe to call at any time once there is a body. */
  draw(): void;
  /** Shows the button by which a choice is changed, unless it is there; touches nothing else. */
  offerReopen(): void;
  /** Opens the preferences; says so in the banner when they do not come. */
  openPreferences(opener?: HTMLElement | null): void;
  /** Has the preferences part look after what it may have to draw, when the moment is good. */
  lookAround(): void;
  /** Asks something in the first layer, unless it asks already. */
  ask(question: Question): void;
}

/** `nonce`: of our own script element; `isStrict`: the preferences part is needed in any case. */
export function createLayers(
  session: Session,
  { here, bring, use }: Parts,
  nonce: string | undefined,
  isStrict: string | boolean | undefined,
): Layers {
  const { config } = session;
  const { texts } = config;
  let banner: HTMLElement | undefined;
  let reopenButton: HTMLElement | undefined;
  let timer: unknown;

  const ask = (question: Question) => {
    if (banner?.isConnected) return;
    banner = showBanner(session, question, nonce, openPreferences, confirm, here);
    here.preferences?.layOut(banner);
    here.after?.keepEqual(banner);
  };
  /** A program has pressed for yes: the words for that are rare, so they come from the part. */
  const confirm = () => use("preferences", (part) => tellIn(banner, part.confirm));
  const askAll = () =>
    ask({
      title: texts.title,
      body: texts.body,
      accept: texts.accept_all,
      reject: texts.reject_all,
      scope: "all",
      wish: session.wishFor,
    });

  const draw = () => {
    const { minor, choice } = session.state();
    const was = banner;
    was?.remove();
    banner = undefined;
    if (minor || choice) {
      // Nobody waits for the button: it comes when the frame is painted, and costs no layout of its own.
      setTimeout(offerReopen);
      if (was) use("after", ({ tell }) => tell(texts.saved));
    } else if (config.categories[1]) {
      // Who chooses another layout has the banner wait for the part that knows it.
      if (here.preferences || /^[bc]/.test(config.layout)) askAll();
      else {
        bring("preferences").then(draw, () => {
          config.layout = "bar";
          draw();
        });
      }
    }
    tend();
  };
  const offerReopen = () => {
    if (!reopenButton) reopenButton = attempt(() => showReopen(session, nonce, openPreferences));
  };

  const tend = () => {
    timer = 0;
    if (
      here.preferences ||
      isStrict ||
      session.reasons().includes(Reason.newer) ||
      session.parked()[0] ||
      // A signed link of the owner's: discovery mode.
      /#.*placet/.test(document.URL) ||
      document.querySelector("[data-placet=declaration]") ||
      [...document.querySelectorAll("template")].some((template) =>
        session.behind(template.dataset).some(({ id }) => !session.allows(id)),
      )
    ) {
      use("preferences", (part) => part.tend());
    }
  };

  const lookAround = () => {
    // By a timer: to ask for a frame would have the browser make one, and whoever clicks just then wait for the next.
    if (!timer) timer = setTimeout(tend);
  };

  const openPreferences = (opener: HTMLElement | null = null) => {
    bring("preferences").then(
      (part) => part.show(opener),
      () => {
        if (!session.state().minor) askAll();
        tellIn(banner, texts.load_failed);
      },
    );
  };

  return {
    draw,
    offerReopen,
    openPreferences,
    lookAround,
    ask,
  };
}
