/** Unmarked scripts, frames, images and links that are made after the tag has run: their address is parked until a yes. */

import { attempt } from "../attempt";

export interface ElementGate {
  /** Gives every parked element its address back where that may load now, in the order they were parked. */
  release(): void;
  /** Parks what stands in `root` already (parsed, cloned) and may not load; `scripts` too, where none has begun. */
  inspect(root: Node, scripts?: boolean): void;
}

/** Pixels made again and again must not pile up: beyond this, what stands nowhere in the page is held for good. */
const MAX_PARKED = 200;

/** Patches the address property of the four elements in this window. `mayLoad` takes a URL as the page wrote it. */
export function gateElements(mayLoad: (url: string) => boolean): ElementGate {
  const parked = new Map<Element, unknown>();
  const addressOf = (target: Element) => ("src" in target ? "src" : "href");

  /** Parks the address when it may not load; says whether it did. The value is kept as it came: it may be a trusted type. */
  const hold = (element: Element, value: unknown): boolean => {
    parked.delete(element);
    if (mayLoad(`${value}`)) return false;
    if (parked.size < MAX_PARKED || element.isConnected) parked.set(element, value);
    return true;
  };

  for (const { prototype } of [HTMLScriptElement, HTMLIFrameElement, HTMLImageElement, HTMLLinkElement]) {
    const address = addressOf(prototype);
    const native = Object.getOwnPropertyDescriptor(prototype, address)!;
    Object.defineProperty(prototype, address, {
      ...native,
      set(this: Element, value: unknown) {
        if (!hold(this, value)) native.set!.call(this, value);
      },
    });
    // On the four prototypes only: every other element's setAttribute stays the browser's own.
    prototype.setAttribute = function (name, value) {
      if (`${name}`.toLowerCase() !== address || !hold(this, value)) {
        Element.prototype.setAttribute.call(this, name, value);
      }
    };
  }

  const inspect = (root: Node, scripts?: boolean) => {
    const selector = `iframe,img,link${scripts ? ",script" : ""}`;
    const found = root instanceof Element && root.matches(selector) ? [root] : [];
    for (const element of [...found, ...(root as Element).querySelectorAll(selector)]) {
      const value = element.getAttribute(addressOf(element));
      if (!value || !hold(element, value)) continue;
      element.removeAttribute(addressOf(element));
      // A frame keeps its document without its address; taken out and put back it is empty.
      const { parentNode, nextSibling } = element;
      if (parentNode?.isConnected) {
        element.remove();
        parentNode.insertBefore(element, nextSibling);
      }
    }
  };

  // Copies carry their address along without any setter.
  const inspectResults = (owner: object, method: string) => {
    const target = owner as Record<string, (...args: unknown[]) => Node>;
    const native = target[method];
    target[method] = function (this: unknown, ...args) {
      const result = native.apply(this, args);
      if ((result as Element).querySelectorAll) attempt(() => inspect(result, true));
      return result;
    };
  };
  inspectResults(Node.prototype, "cloneNode");
  inspectResults(Document.prototype, "importNode");
  inspectResults(Range.prototype, "createContextualFragment");

  const release = () => {
    for (const [element, value] of [...parked]) {
      // Through the patched setter: what may still not load is parked again.
      attempt(() => Object.assign(element, { [addressOf(element)]: value }));
    }
  };

  return { release, inspect };
}
