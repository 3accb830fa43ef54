/** Ways into the page other than an address set by a script: copies, markup as text, nodes of other documents. */

import { attempt } from "../attempt";
import type { ElementGate } from "./elements";
import { patch } from "./patch";

/** Listed, not sought by their kind: that takes four times as long, on every page. A test seeks what browsers have besides. */
const NAMES =
  "cloneNode cloneContents importNode adoptNode append prepend before after replaceWith replaceChildren appendChild insertBefore replaceChild insertAdjacentElement insertNode surroundContents innerHTML outerHTML insertAdjacentHTML setHTML setHTMLUnsafe createContextualFragment write writeln execCommand";

/** Patches them in this window. While `isIdle`, nothing is held and everything goes its way. */
export function gateInsertions({ inspect, clean }: ElementGate, isIdle: () => boolean): void {
  /** Whether markup has been changed: copies of it, out of templates say, may come when nothing is held any more. */
  let isChanged = false;
  const look = (node: Node, scripts = true) => attempt(() => inspect(node, scripts));

  NAMES.split(" ").forEach((name, index) => {
    const isCopy = index < 4;
    const isMarkup = index > 15;
    for (const { prototype } of [Node, Element, CharacterData, Document, DocumentFragment, ShadowRoot, Range]) {
      patch(prototype, name, (native, args, self) => {
        if (isIdle() && !isChanged) return native(...args);
        if (!isMarkup) {
          // What another document holds has not begun to load: it begins when it comes over.
          for (const node of args) if (node?.ownerDocument && node.ownerDocument !== document && !isCopy) look(node);
          const result = native(...args);
          if (isCopy) look(result);
          return result;
        }
        const cleaned = args.map((text) => attempt(() => clean(text)) || text);
        const root = self.getRootNode?.();
        const result = native(...cleaned);
        if (`${cleaned}` !== `${args}`) {
          isChanged = true;
          look(result || root, false);
        }
        return result;
      });
    }
  });
}
