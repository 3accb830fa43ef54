/** What the preferences part can do: preferences, placeholders, the question about what is new, the owner's check. */

import { attempt, tryStorage } from "../attempt";
import { partName, tokenIn } from "../discovery/address";
import { today } from "../gate";
import { Reason } from "../gate/decide";
import type { Parts } from "../parts";
import type { Session } from "../session";
import type { NoticeDocument } from "../types";
import type { occasionOf } from "../ui/banner";
import type * as dom from "../ui/dom";
import type { Layers } from "../ui/layers";
import type { wearScheme } from "../ui/scheme";
import { borrow } from "./borrowed";
import { checkEmbedding, findTag } from "./check";
import { fillDeclarations } from "./declaration";
import { showPreferences } from "./dialog";
import { layOut } from "./layouts";
import { createPlaceholders } from "./placeholders";
import { contentSecurityPolicy, enforcePolicy } from "./policy";
import { STYLE } from "./style";
import { fill } from "./words";

/** What a part gets to work with: it borrows what the loader has already. */
export interface PartContext extends Parts, Pick<typeof dom, "h" | "actionButton"> {
  session: Session;
  layers: Layers;
  /** The browser's own fetch. */
  send: typeof fetch;
  occasionOf: typeof occasionOf;
  /** Gives a root of ours the page's scheme. */
  wearScheme: typeof wearScheme;
  /** Adds our sheets and the part's own, which is written like them. */
  dress(css: string): void;
}

export interface Part {
  /** Opens the preferences. */
  show(opener: HTMLElement | null): void;
  /** Draws what the moment asks for beside the first layer: placeholders, a question about what is new. */
  tend(): void;
  /** Lays out a banner that has just been drawn. */
  layOut(banner: HTMLElement): void;
  /** What is said when a program has pressed for yes. */
  confirm: string;
  /** How the site has put us in, and what that lets through. */
  check(): Promise<unknown>;
}

const OVER = "Discovery mode is not open. Make a new link at the desk.";

export function makePart(notice: NoticeDocument, context: PartContext): Part {
  borrow(context);
  context.dress(STYLE);
  const { session, layers } = context;
  const { texts } = notice;
  // Asked each time: another language may have come since. What the site's people have stopped is nobody's to allow.
  const named = (ids: string[]) => {
    const all = notice.categories.flatMap(({ trackers }) => trackers);
    return session.config.trackers.flatMap(({ id, model }) =>
      ids.includes(id) && model !== "stopped" ? all.filter((own) => own.id === id) : [],
    );
  };
  const inPage = findTag(notice.site)?.dataset.strict;
  const enforce = inPage ? enforcePolicy(notice.site, inPage) : undefined;
  let isDiscovering = false;
  const placeholders = createPlaceholders(notice, context, named, !!inPage);

  /** Asks for what came or changed since the visitor's choice, which that does not reach (promise 9); for nothing else. */
  const askForNew = () => {
    const { choice, minor } = session.state();
    const reasons = session.reasons();
    const late = session.config.trackers.filter(
      ({ kind }, index) => reasons[index] === Reason.newer && kind !== "declared",
    );
    const fresh = named(late.map(({ id }) => id));
    if (minor || !choice || !fresh[0]) return;
    const trackers = fresh.map(({ name, vendor, purpose }) => `${name} (${vendor}): ${purpose}`).join(" · ");
    layers.ask({
      title: texts.new_title,
      body: fill(texts.new_body, { trackers }),
      accept: texts.new_accept,
      reject: texts.new_reject,
      scope: "new",
      wish: (yes) => Object.fromEntries(fresh.map(({ id }) => [id, yes])),
    });
  };

  /** *Strict automatic*: the page's policy follows the choice. */
  const keepPolicy = () => {
    const { choice } = session.state();
    const policy = contentSecurityPolicy(session.config, session.allows);
    if (enforce?.(policy, choice ? choice.expires : today() + 1)) location.reload();
  };

  /** A signed link of the owner's: what it brings is fetched like a part, and says who it is for. */
  const discover = () => {
    const token = tokenIn(location.hash);
    if (!token || isDiscovering) return;
    isDiscovering = true;
    const over = () => context.use("after", (part) => part.tell(OVER, true));
    context.bring(partName(token)).catch(over);
  };

  // Read when we come, so that a page that is about to be loaded again does not say it before the next one.
  let reloaded = tryStorage(() => sessionStorage.getItem(session.reloadKey));
  const tellReload = () => {
    if (!reloaded) return;
    const ids = reloaded;
    reloaded = null;
    sessionStorage.removeItem(session.reloadKey);
    const trackers = named(ids.split(",")).map(({ name }) => name);
    const words = fill(texts.reloaded, { trackers: trackers.join(", ") });
    context.use("after", (part) => part.tell(words, true));
  };

  const declare = () => fillDeclarations(notice, context);
  let isSeen = false;
  const tendAll = () => {
    isSeen = true;
    for (const work of [placeholders.tend, declare, askForNew, tellReload, discover]) attempt(work);
  };

  return {
    show: (opener) => showPreferences(notice, context, opener),
    tend: () => {
      attempt(keepPolicy);
      // Not before a frame: the page's sheets are there then, and what is asked is seen.
      if (isSeen) tendAll();
      else requestAnimationFrame(tendAll);
    },
    layOut: (banner) => layOut(banner, context),
    get confirm() {
      return texts.confirm;
    },
    check: () => checkEmbedding(session, context.here.after?.unequal),
  };
}
