/** Discovery mode on one page: look, keep, show, and come along to the next one. */

import { attempt } from "../attempt";
import type { PartContext } from "../preferences/part";
import { carry } from "./carry";
import { addSightings, forgetFindings, keepFindings, readFindings } from "./findings";
import { lookAround, watch } from "./look";
import { createPanel } from "./panel";
import { createRecogniser, type Listed, type Sighting } from "./recognise";

export interface Discovery {
  /** Forgets what was found, and leaves the page as it was. */
  end(): void;
}

const EVERY_MS = 1_000;

/** `token`: of the link that has brought us, which the next page's address bears again. */
export function makeDiscovery(listed: Listed, token: string, context: PartContext): Discovery {
  const { session } = context;
  const { site, api } = session.config;
  const recogniser = createRecogniser(listed, api);
  const findings = readFindings(site);
  const carried = carry(token);

  let isOver = false;

  // What is told late, after the end, must not be kept again.
  const add = (sightings: (Sighting | null)[]) =>
    attempt(() => {
      if (isOver) return;
      if (addSightings(findings, location.pathname, sightings)) keepFindings(site, findings);
      panel.update(findings);
    });
  const look = () => add(attempt(() => lookAround(session, recogniser)) || []);
  const end = () => {
    isOver = true;
    clearInterval(timer);
    removeEventListener("pagehide", look);
    unwatch();
    carried.end();
    panel.end();
    forgetFindings(site);
  };
  const panel = createPanel(listed, context, end);
  panel.show();
  look();
  const unwatch = watch(recogniser, add);
  // A page's script may put keys and cookies anywhere, at any time, and go to another address by itself.
  const timer = setInterval(() => {
    attempt(carried.keep);
    attempt(panel.show);
    look();
  }, EVERY_MS);
  addEventListener("pagehide", look);
  return { end };
}
