/** What a visitor can see, and so misses while it is held. */

import type { Session } from "../session";

const FRAMES = "iframe,video,audio,embed,object";

/** An element that is held, the ids of the trackers it waits for, and what would be seen of it (in a template). */
export type HeldFrame = [Element, string[], Element | null];

/** Finds unmarked frames that are parked, and templates with a frame inside or a `data-placeholder`. */
export const heldFrames = ({ behind, parked, allows }: Session): HeldFrame[] =>
  [
    ...parked(),
    ...[...document.querySelectorAll("template")].map((template): [Element, string[]] => [
      template,
      behind(template.dataset).map(({ id }) => id),
    ]),
  ]
    .map(
      ([element, ids]): HeldFrame => [
        element,
        ids.filter((id) => !allows(id)),
        element.matches(FRAMES) ? element : ((element as HTMLTemplateElement).content?.querySelector(FRAMES) ?? null),
      ],
    )
    .filter(
      ([element, [id], frame]) => id && element.isConnected && (frame || element.hasAttribute("data-placeholder")),
    );
