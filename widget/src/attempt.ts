/** The one place where an error ends: inside a visitor's page nothing of ours may throw, and nothing is granted by it. */

export const say = (what: unknown): void => console.warn("placet:", what);

/** Runs `work`; when it throws, logs one line (with the place in its stack) and returns undefined. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    say(error);
    return undefined;
  }
}

/**
 * Runs `work` on cookies or storage, which many browsers and settings block: that is no news, so nothing is logged,
 * and `undefined` says that it did not work.
 */
export function tryStorage<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined; // blocked, full or sandboxed: the caller goes on in memory
  }
}

/** Reads what localStorage keeps as JSON; null or undefined where there is nothing (of use). */
export const readJson = <T>(name: string): T | null | undefined =>
  tryStorage(() => JSON.parse(localStorage.getItem(name) as string)); // null is JSON, too
