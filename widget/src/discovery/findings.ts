/** What has been found so far, over the pages of this visit: kept in this tab, and nowhere else. */

import { tryStorage } from "../attempt";
import type { How, Kind, Sighting } from "./recognise";

export interface Finding extends Sighting {
  /** Which of the visited pages, by their place in the list. */
  pages: number[];
}

export interface Findings {
  /** Paths of the pages that were looked at. */
  pages: string[];
  found: Finding[];
}

/** More is not kept: a page that makes keys up must not fill the storage. */
export const MAX_FOUND = 1_000;
export const MAX_PAGES = 500;

const KINDS: Kind[] = ["host", "element", "cookie", "local", "session", "indexeddb"];
/** Whoever was let through once is told so. */
const HOWS: How[] = ["held", "blocked", "seen"];

const nameOf = (site: string) => `placet_${site}_discovery`;
const isText = (value: unknown): value is string => typeof value === "string";
const isPage = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const all = <T>(value: unknown, is: (item: unknown) => item is T): value is T[] =>
  Array.isArray(value) && value.every(is);

function isFinding(value: unknown): value is Finding {
  const { kind, name, by, how, lifetime, pages } = (value || {}) as Finding;
  return (
    KINDS.includes(kind) &&
    isText(name) &&
    all(by, isText) &&
    HOWS.includes(how) &&
    (lifetime === undefined || isText(lifetime)) &&
    all(pages, isPage)
  );
}

/** Reads what is kept; the page could have written it, so whatever is of another shape is nothing. */
export function readFindings(site: string): Findings {
  const kept = tryStorage(() => JSON.parse(sessionStorage.getItem(nameOf(site)) || "null"));
  const { pages, found } = (kept || {}) as Findings;
  return all(pages, isText) && all(found, isFinding) ? { pages, found } : { pages: [], found: [] };
}

export const keepFindings = (site: string, findings: Findings): void => {
  tryStorage(() => sessionStorage.setItem(nameOf(site), JSON.stringify(findings)));
};

export const forgetFindings = (site: string): void => {
  tryStorage(() => sessionStorage.removeItem(nameOf(site)));
};

/** Adds what was seen on the page of that path. Says whether anything is new. */
export function addSightings(findings: Findings, path: string, sightings: (Sighting | null)[]): boolean {
  const { pages, found } = findings;
  let isNew = !pages.includes(path) && pages.length < MAX_PAGES;
  if (isNew) pages.push(path);
  const page = pages.indexOf(path);
  for (const sighting of sightings) {
    if (!sighting) continue;
    const { kind, name, by, how, lifetime } = sighting;
    let finding = found.find((own) => own.kind === kind && own.name === name && `${own.by}` === `${by}`);
    if (!finding) {
      if (found.length >= MAX_FOUND) continue;
      finding = { ...sighting, pages: [] };
      found.push(finding);
      isNew = true;
    }
    if (page >= 0 && !finding.pages.includes(page)) isNew = !!finding.pages.push(page);
    if (HOWS.indexOf(how) > HOWS.indexOf(finding.how)) {
      finding.how = how;
      isNew = true;
    }
    if (lifetime && !finding.lifetime) {
      finding.lifetime = lifetime;
      isNew = true;
    }
  }
  return isNew;
}

/** By tracker id, in the config's order; `""`, what nobody lists, comes first. */
export function groupFindings(found: Finding[], ids: string[]): [string, Finding[]][] {
  const order = (one: Finding, other: Finding) =>
    KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || (one.name < other.name ? -1 : 1);
  // A tracker may have gone from the config since: then nobody lists it any more.
  const isOf = ({ by }: Finding, id: string) => (id ? by.includes(id) : !by.some((other) => ids.includes(other)));
  return ["", ...ids]
    .map((id): [string, Finding[]] => [id, found.filter((own) => isOf(own, id)).sort(order)])
    .filter(([, group]) => group[0]);
}
