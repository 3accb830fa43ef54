/** Marked elements: `<script type="text/plain" data-category|data-tracker>` and `<template data-category|data-tracker>`. */

import { attempt } from "../attempt";
import { setSource } from "../trusted";
import type { GateTracker } from "../types";

/** What can be marked: without a mark, nothing allows it. */
const MARKED = "script[type='text/plain'],template";

type Marked = HTMLScriptElement | HTMLTemplateElement;

export interface MarkedGate {
  /** Releases what is allowed and complete, in document order, each once. */
  release(): void;
  /** After a withdrawal: takes out what templates brought, and lets scripts that can be stopped run again after a yes. */
  takeBack(): void;
}

/** `allows`: the mark's verdict; `behind`: the trackers behind it; `mayLoad`: the URL's verdict. */
export function gateMarked(
  allows: (mark: DOMStringMap) => boolean,
  behind: (mark: DOMStringMap) => GateTracker[],
  mayLoad: (url: string) => boolean,
): MarkedGate {
  const released = new Map<Marked, ChildNode[]>();
  let loading = 0;

  const release = () => {
    for (const marked of document.querySelectorAll<Marked>(MARKED)) {
      const url = address(marked);
      if (released.has(marked) || !allows(marked.dataset) || !isComplete(marked) || (url && !mayLoad(url))) continue;
      // An inline script may need the ones before it: it waits until they have loaded or failed.
      if (loading && marked.localName === "script" && !url) break;
      released.set(marked, []);
      attempt(() => released.set(marked, insert(marked, url)));
    }
  };

  const insert = (marked: Marked, url: string | null): ChildNode[] => {
    if ("content" in marked) {
      const content = document.importNode(marked.content, true);
      // A copied script would lose its place in the order, and its trust under Trusted Types: it is made anew.
      for (const script of content.querySelectorAll("script")) {
        if (script.type !== "text/plain") script.replaceWith(remake(script, script.src, script.type));
      }
      const nodes = [...content.childNodes];
      marked.after(content);
      return nodes;
    }
    const script = remake(marked, url, marked.dataset.type);
    if (url && !script.async) {
      loading++;
      script.onload = script.onerror = () => {
        loading--;
        release();
      };
    }
    marked.after(script);
    return [script];
  };

  const takeBack = () => {
    for (const [marked, nodes] of released) {
      const members = behind(marked.dataset);
      const restarts = members[0] && members.every(({ stop }) => stop[0]);
      if (allows(marked.dataset) || (marked.localName === "script" && !restarts)) continue;
      for (const node of nodes) node.remove();
      released.delete(marked);
    }
  };

  return { release, takeBack };
}

const address = (marked: Marked) => marked.dataset.src || marked.getAttribute("src");

/** Makes the runnable twin of a script: same attributes, same nonce, its place in the order unless it is `async`. */
function remake(source: HTMLScriptElement, url: string | null, type = ""): HTMLScriptElement {
  const script = source.cloneNode() as HTMLScriptElement;
  script.type = type;
  script.async = source.hasAttribute("async");
  setSource(script, url, source.text);
  return script;
}

/** While the page is still being parsed, an element without anything behind it may lack the end of its content. */
const isComplete = (element: Element) => element.nextSibling || document.readyState !== "loading";
