/** Withdrawal without a reload, where that can be: stop what runs and delete what it stored. */

import { attempt, say, tryStorage } from "../attempt";
import { found, RELOAD, readStep } from "../choice/steps";
import type { GateTracker } from "../types";

/**
 * Does the tracker's `stop` steps: calls functions by their dotted path from window, or sets a value there. What is not
 * there is passed over; errors are logged, not thrown.
 */
export function stopTracker({ stop }: GateTracker): void {
  for (const step of stop) {
    attempt(() => {
      const { names, last, values, value } = readStep(step);
      const owner = found(names);
      if (value) owner[last] = JSON.parse(value);
      else if (step !== RELOAD) owner?.[last]?.(...JSON.parse(values));
    });
  }
}

/**
 * Deletes what held trackers stored: cookies (path `/`, this host, its parent domains and the listed domain), local
 * and session storage, IndexedDB. What an allowed tracker lists as well, and our own `placet_…`, stays. `isOpen`: some of
 * them have run in this page, and may have their databases open.
 */
export function deleteStored(held: GateTracker[], allowed: GateTracker[], isOpen = false): void {
  const kept = allowed.flatMap(({ storage }) => storage);
  const labels = location.hostname.split(".");
  for (const item of held.flatMap(({ storage }) => storage)) {
    const [kind, , domain = ""] = item.split(" ");
    const sweep = (keys: (string | undefined)[], remove: (key: string) => void) => {
      for (const key of keys) {
        const isMeant = (other: string) => fits(other, kind, key!);
        if (isMeant(item) && !key!.startsWith("placet_") && !kept.some(isMeant)) remove(key!);
      }
    };
    tryStorage(() => {
      if (kind === "cookie") {
        sweep(
          document.cookie.split("; ").map((pair) => pair.split("=")[0]),
          (name) => {
            for (const host of ["", domain, ...labels.map((_, index) => labels.slice(index).join("."))]) {
              // biome-ignore lint/suspicious/noDocumentCookie: the other way is asynchronous and not everywhere
              document.cookie = `${name}=;Path=/;Max-Age=0${host && `;Domain=${host}`}`;
            }
          },
        );
      } else if (kind === "indexeddb") {
        // Where the browser does not list its databases, they stay until the tracker's own end.
        indexedDB.databases().then(
          (found) =>
            sweep(
              found.map(({ name }) => name),
              (name) => dropDatabase(name, isOpen),
            ),
          say,
        );
      } else {
        const storage = kind === "local" ? localStorage : sessionStorage;
        sweep(Object.keys(storage), (key) => storage.removeItem(key));
      }
    });
  }
}

/** A name that ends in `*` stands for all that begin with what is before it. */
export function fits(item: string, kind: string, key: string): boolean {
  const [itsKind, name] = item.split(" ");
  return itsKind === kind && (name.endsWith("*") ? key.startsWith(name.slice(0, -1)) : key === name);
}

/**
 * Empties a database, and deletes it where nothing can have it open: deleting would wait for the connections of what ran
 * here, and whoever opens it then would wait behind it.
 */
function dropDatabase(name: string, isOpen: boolean): void {
  const opening = indexedDB.open(name);
  opening.onsuccess = () =>
    attempt(() => {
      const { result } = opening;
      for (const store of result.objectStoreNames) result.transaction(store, "readwrite").objectStore(store).clear();
      result.close();
      if (!isOpen) indexedDB.deleteDatabase(name);
    });
}
