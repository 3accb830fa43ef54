/** Ways into the page other than an address set by a script: copies, markup as text, nodes of other documents. */

import { attempt } from "../attempt";
import type { ElementGate } from "./elements";
import { patch } from "./patch";

/** By their names, so that those which browsers will get later are held too: copies, ways of markup, insertions. */
const NAMES = /^((clone|import|adopt)[CN]|(.*HTML|create|write|exec)|append|prepend|replace|before|after|insert|sur)/;

/** A document has hundreds of names, and only these are ways: to search them costs most. `createElement` is none. */
const OF_DOCUMENTS = "append|prepend|importNode|write|execCommand|adoptNode|writeln|replaceChildren".split("|");

/** Patches them in this window. While `isIdle`, nothing is held and everything goes its way. */
export function gateInsertions({ inspect, clean }: ElementGate, isIdle: () => boolean): void {
  /** Whether markup has been changed: copies of it, out of templates say, may come when nothing is held any more. */
  let isChanged = false;
  const look = (node: Node, scripts = true) => attempt(() => inspect(node, scripts));

  for (const { prototype } of [Node, Element, CharacterData, Document, DocumentFragment, ShadowRoot, Range]) {
    for (const name of prototype === Document.prototype ? OF_DOCUMENTS : Object.getOwnPropertyNames(prototype)) {
      const found = NAMES.exec(name);
      if (!found) continue;
      const [, , isCopy, isMarkup] = found;
      patch(prototype, name, (native, args, self) => {
        if (isIdle() && !isChanged) return native(...args);
        if (!isMarkup) {
          // What another document holds has not begun to load: it begins when it comes over.
          for (const node of args) if (node && node.ownerDocument !== document && !isCopy) look(node);
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
  }
}
