/** What vendors are told of a choice: steps of the config, done in the page. Only in builds for sites that have some. */

import { attempt } from "../attempt";
import { found, readStep } from "../choice/steps";
import type { GateTracker, Signals } from "../types";

/** Whether a tracker, or everything of a category, is granted. */
export type Verdict = (id: string) => boolean;

export interface Vendors {
  /** Tells what holds as long as nobody has chosen. */
  begin(verdict: Verdict): void;
  /** Tells of a decision; to be called before it is obeyed, so that what is released finds it told. */
  decide(verdict: Verdict): void;
  /** Tells trackers that may run from now on (on this page); to be called when they have been released. */
  release(granted: GateTracker[]): void;
}

/** Google's queue wants the object in which a function finds its arguments. */
function argumentsOf(..._values: unknown[]): IArguments {
  // biome-ignore lint/complexity/noArguments: that object is what is wanted
  return arguments;
}

export function startVendors(trackers: GateTracker[]): Vendors {
  let verdict: Verdict;
  /** What names a function that comes with a script of its own; with the tracker that must still be granted then. */
  const waiting = new Map<string, string | undefined>();

  /** Does a step, unless what it names is not there. A queue is made where there is none. */
  const tell = (step: string, id?: string): void => {
    waiting.delete(step);
    if (id && !verdict(id)) return;
    attempt(() => {
      const { names, last, values, value } = readStep(step);
      const read = (text: string) => JSON.parse(text, (_, item) => (/^\?/.test(item) ? wordFor(item) : item));
      const isQueue = !names[1] && /^(push|arguments)$/.test(last);
      const page = window as unknown as Record<string, unknown>;
      // biome-ignore lint/suspicious/noExplicitAny: a page's own globals have no types
      const owner: any = isQueue ? (page[names[0]] ||= []) : found(names);
      if (value && owner) owner[last] = read(value);
      else if (isQueue && last === "arguments") owner.push(argumentsOf(...read(values)));
      else if (owner?.[last]) owner[last](...read(values));
      else waiting.set(step, id);
    });
  };
  const wordFor = (question: string) => (verdict(question.slice(1)) ? "granted" : "denied");

  /** Each once, also where several trackers say the same. */
  const stepsOf = (moment: keyof Signals) => new Set(trackers.flatMap(({ signals }) => signals?.[moment] || []));

  // A script's own event does not bubble, but it passes by on its way down; what is inline is there when the page is whole.
  const again = () => {
    for (const [step, id] of [...waiting]) tell(step, id);
  };
  document.addEventListener("load", again, true);
  window.addEventListener("load", again);

  return {
    begin: (first) => {
      verdict = first;
      for (const step of stepsOf("default")) tell(step);
      // What comes before everything else has no later.
      waiting.clear();
    },
    decide: (latest) => {
      verdict = latest;
      for (const step of stepsOf("decision")) tell(step);
    },
    release: (granted) => {
      for (const { id, signals } of granted) for (const step of signals?.granted || []) tell(step, id);
    },
  };
}
