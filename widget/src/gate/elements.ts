/** Unmarked elements that load something and are made after the tag has run: their address is parked until a yes. */

import { attempt } from "../attempt";
import { trusted } from "../trusted";
import { patch } from "./patch";

export interface ElementGate {
  /** Patches this window: from here on what is made is held. */
  install(): void;
  /** Gives every parked element its addresses back where they may load now, in the order they were parked. */
  release(): void;
  /** Parks what stands in `root` already (parsed, copied) and may not load; `scripts` too, where none has begun. */
  inspect(root: Node, scripts?: boolean): void;
  /** Returns markup in which no address stands that may not load: it waits in an attribute of ours. */
  clean(markup: unknown): unknown;
  /** The elements that wait, each with one of its addresses. */
  parked(): [Element, unknown][];
}

const ATTRIBUTES = ["src", "srcset", "href", "data"];
const WAITS = "data-placet-";
/** What loads by an attribute, or waits for it. Marked scripts load nothing by themselves. */
const LOADING = `[src]:not(script),[srcset],[href]:not(a),[data],${ATTRIBUTES.map((name) => `[${WAITS}${name}]`)}`;
const ALL = `${LOADING},script[src]:not([type="text/plain"])`;
/** Pixels made again and again must not pile up: beyond this, what stands nowhere in the page is held for good. */
const MAX_PARKED = 200;

/** Changes an element out of the page: else a frame keeps its document, an object its fallback, a video its sources. */
function anew(element: Element, change: () => void): void {
  const { parentNode, nextSibling } = element;
  element.remove();
  change();
  parentNode?.insertBefore(element, nextSibling);
}

/** `mayLoad` takes one URL as the page wrote it; `words`: a text that names one that may not load has one of them. */
export function gateElements(mayLoad: (url: string) => boolean, words: () => string[]): ElementGate {
  let parked: [Element, string, unknown][] = [];
  const setMarkup = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML")!.set!;

  const isHeld = (element: Element, attribute: string, value: unknown) =>
    ATTRIBUTES.includes(attribute) &&
    attribute in element &&
    !/^(a|area|base)$/.test(element.localName) &&
    (element as HTMLScriptElement).type !== "text/plain" &&
    !`${value}`.split(attribute === "srcset" ? /[\s,]+/ : /^$/).every(mayLoad);

  /**
   * Parks the address when it may not load; says whether it did. The value is kept as it came: it may be a trusted type.
   * What is only `found` in its place is no reason to forget what a script has set and we have parked.
   */
  const hold = (element: Element, attribute: string, value: unknown, found?: boolean): boolean => {
    const held = isHeld(element, attribute, value);
    if (held || !found) parked = parked.filter(([own, name]) => own !== element || name !== attribute);
    if (held && (parked.length < MAX_PARKED || element.isConnected)) parked.push([element, attribute, value]);
    return held;
  };

  const install = () => {
    for (const name of ["Script", "IFrame", "Media", "Link", "Image", "Source", "Embed", "Object"]) {
      for (const attribute of ATTRIBUTES) {
        patch(
          (window as unknown as Record<string, { prototype: object }>)[`HTML${name}Element`].prototype,
          attribute,
          (native, [value], self) => hold(self, attribute, value) || native(value),
        );
      }
    }
    patch(
      Element.prototype,
      "setAttribute",
      (native, args, self) => hold(self, `${args[0]}`.toLowerCase(), args[1]) || native(...args),
    );
  };

  const each = (root: Node, selector: string, work: (element: Element, name: string, value: string) => void) => {
    const found = [...((root as Element).querySelectorAll?.(selector) || [])];
    if ((root as Element).matches?.(selector)) found.push(root as Element);
    for (const element of found) {
      for (const { name, value } of [...element.attributes]) work(element, name, value);
    }
  };

  const inspect = (root: Node, scripts?: boolean) =>
    each(root, scripts ? ALL : LOADING, (element, name, value) => {
      const attribute = name.replace(WAITS, "");
      // It stands in markup that the browser has taken: so it is trusted already.
      const address = trusted().createScriptURL(value);
      if (attribute !== name) {
        element.removeAttribute(name);
        element.setAttribute(attribute, address);
      } else if (hold(element, name, address, true)) {
        anew(element, () => element.removeAttribute(name));
      }
    });

  const clean = (markup: unknown): unknown => {
    const text = `${markup}`;
    if (!words().some((word) => text.includes(word))) return markup;
    const template = document.createElement("template");
    setMarkup.call(template, trusted().createHTML(text));
    let isChanged = false;
    each(template.content, ALL, (element, name, value) => {
      if (!isHeld(element, name, value)) return;
      element.removeAttribute(name);
      element.setAttribute(WAITS + name, value);
      isChanged = true;
    });
    const { innerHTML } = template;
    return isChanged ? (typeof markup === "string" ? innerHTML : trusted().createHTML(innerHTML)) : markup;
  };

  const release = () => {
    for (const [element, attribute, value] of parked) {
      if (isHeld(element, attribute, value)) continue;
      // Through the patched method, which forgets that it was parked.
      attempt(() => anew(element, () => element.setAttribute(attribute, value as string)));
    }
  };

  return { install, release, inspect, clean, parked: () => parked.map(([element, , value]) => [element, value]) };
}
