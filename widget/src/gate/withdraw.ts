/** Withdrawal without a reload: stop what runs and delete what it stored. */

import { attempt, say, tryStorage } from "../attempt";
import type { GateTracker, StorageItem } from "../types";

/** Calls the tracker's `stop` functions (dotted paths from window, no arguments); errors are logged, not thrown. */
export function stopTracker({ stop }: GateTracker): void {
  for (const path of stop) {
    attempt(() => {
      const names = path.split(".");
      const last = names.pop()!;
      // biome-ignore lint/suspicious/noExplicitAny: a page's own globals have no types
      const owner = names.reduce((value: any, name) => value?.[name], window);
      owner?.[last]?.();
    });
  }
}

/**
 * Deletes what held trackers stored: cookies (path `/`, this host, its parent domains and the listed domain), local
 * and session storage, IndexedDB. What an allowed tracker lists as well, and our own `placet_…`, stays.
 */
export function deleteStored(held: GateTracker[], allowed: GateTracker[]): void {
  const kept = allowed.flatMap(({ storage }) => storage);
  for (const item of held.flatMap(({ storage }) => storage)) {
    const { kind, name, domain } = item;
    const isListed = (key: string) =>
      fits(item, key) && !key.startsWith("placet_") && !kept.some((other) => other.kind === kind && fits(other, key));
    tryStorage(() => {
      if (kind === "cookie") deleteCookies(isListed, domain);
      else if (kind === "indexeddb") deleteDatabases(name, isListed).catch(say);
      else {
        const storage = kind === "local" ? localStorage : sessionStorage;
        for (const key of Object.keys(storage).filter(isListed)) storage.removeItem(key);
      }
    });
  }
}

const fits = ({ name }: StorageItem, key: string) =>
  name.endsWith("*") ? key.startsWith(name.slice(0, -1)) : key === name;

function deleteCookies(isListed: (name: string) => boolean, domain: string | null): void {
  const labels = location.hostname.split(".");
  for (const pair of document.cookie.split("; ")) {
    const [name] = pair.split("=");
    if (!isListed(name)) continue;
    for (const host of ["", domain || "", ...labels.map((_, index) => labels.slice(index).join("."))]) {
      // biome-ignore lint/suspicious/noDocumentCookie: the other way is asynchronous and not everywhere
      document.cookie = `${name}=;Path=/;Max-Age=0${host && `;Domain=${host}`}`;
    }
  }
}

/** A pattern can be resolved only where the browser lists its databases. */
async function deleteDatabases(item: string, isListed: (name: string) => boolean): Promise<void> {
  const found = item.endsWith("*") ? await indexedDB.databases() : [{ name: item }];
  for (const { name } of found) if (name && isListed(name)) indexedDB.deleteDatabase(name);
}
