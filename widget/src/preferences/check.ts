/** For the site's owner: which of the ways of docs/embedding.md this page really has, and what has slipped through. */

import { compileMatch } from "../gate/match";
import type { Session } from "../session";

export type Embedding = "marked" | "automatic" | "strict automatic" | "module";

export interface Report {
  embedding: Embedding;
  /** Whether the page came with a Content-Security-Policy that keeps out every tracker that may not load now. */
  by_header: boolean;
  /** Elements that are marked, and those of them that wait. */
  marked: number;
  /** Requests that the page has made to trackers that may not load. */
  arrived: { url: string; trackers: string[] }[];
  /** What to do, in words; empty when all is well. */
  advice: string[];
}

const LOADS = "script[src],link[rel=stylesheet],link[rel=preload],iframe,img";

/** Finds the tag of a site, if it is there by a tag. */
export const findTag = (site: string): HTMLScriptElement | undefined =>
  [...document.scripts].find(({ src }) => src.includes(`/s/${site}.js`));

export async function checkEmbedding({ config, allows }: Session, unequal: string[] = []): Promise<Report> {
  const { site, trackers } = config;
  const idsOf = compileMatch(trackers);
  const held = trackers.filter(({ id, match }) => match[0] && !allows(id));
  const arrived = performance
    .getEntriesByType("resource")
    .map(({ name }) => ({ url: name, trackers: idsOf(name).filter((id) => !allows(id)) }))
    .filter((entry) => entry.trackers[0]);
  const advice: string[] = [];

  const tag = findTag(site);
  let embedding: Embedding = "module";
  if (tag) {
    const isBefore = (element: Element) => !!(element.compareDocumentPosition(tag) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (tag.dataset.strict) embedding = "strict automatic";
    else if (tag.async || tag.defer || tag.type === "module") embedding = "marked";
    else {
      embedding = "automatic";
      const first = [...document.querySelectorAll(LOADS)].find((element) => element !== tag && isBefore(element));
      if (first) {
        advice.push(`Something that loads (${first.localName}) stands before the tag: put the tag first in <head>.`);
      }
    }
    const [policy] = document.querySelectorAll<HTMLMetaElement>("meta[http-equiv='Content-Security-Policy' i]");
    if (tag.dataset.strict && policy?.content === tag.dataset.strict) {
      advice.push("Before the bootstrap a <meta http-equiv=Content-Security-Policy> is missing: docs/embedding.md.");
    }
  }

  const by_header = await isHeldByHeader(held.flatMap(({ match }) => match.map((pattern) => pattern.split("/")[0])));
  if (arrived[0]) advice.push("Trackers that may not load were asked: mark their tags, or hold them by header.");
  if (unequal[0]) advice.push(`Your style sheets make yes and no unequal (${unequal}): docs/widget.md, "Looks".`);
  return {
    embedding,
    by_header,
    marked: document.querySelectorAll(
      "script[type='text/plain'][data-tracker],script[type='text/plain'][data-category],template[data-tracker],template[data-category]",
    ).length,
    arrived,
    advice,
  };
}

/** Asks for this page once more, for the headers that scripts cannot see otherwise. */
async function isHeldByHeader(hosts: string[]): Promise<boolean> {
  const policy = await fetch(location.href, { headers: { Accept: "text/html" } }).then(
    (answer) => answer.headers.get("Content-Security-Policy"),
    () => null,
  );
  const sources = /default-src ([^;,]*)/.exec(policy || "")?.[1].split(" ");
  if (!sources) return false;
  const isOpen = sources.some((source) => ["*", "http:", "https:"].includes(source));
  return !isOpen && hosts.every((host) => !sources.some((source) => source.replace(/^\w+:\/\//, "").startsWith(host)));
}
