/** Steps of a config: a text that names a function, a queue or a value of a tracker. Data, never run as a program. */

/** The `stop` step of a tracker that nothing else stops: the page is loaded again. */
export const RELOAD = "reload";

/** `path`, `path(JSON, …)` or `path = JSON`. */
const STEP = /^([\w$.-]+)(?:\((.*)\)| = (.+))?$/;

/** Takes a step apart: its names from `window`, without the last; the last; the values in brackets; the value to set. */
export function readStep(step: string): { names: string[]; last: string; values: string; value: string | undefined } {
  const [, path, values = "", value] = STEP.exec(step) || ["", ""];
  const names = path.split(".");
  return { last: names.pop()!, names, values: `[${values}]`, value };
}

/** What those names lead to; undefined where it is not there. */
// biome-ignore lint/suspicious/noExplicitAny: a page's own globals have no types
export const found = (names: string[]): any => names.reduce((object: any, name) => object?.[name], window);
