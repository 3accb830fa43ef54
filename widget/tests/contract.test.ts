/** The same rules as the server's: tests/contract/*.json, which pytest reads as well. */

import { expect, test } from "vitest";
import choices from "../../tests/contract/choice.json";
import policies from "../../tests/contract/csp.json";
import decisions from "../../tests/contract/decisions.json";
import { formatChoice, parseChoice } from "../src/gate/choice";
import { decide, isYes, Reason } from "../src/gate/decide";
import { contentSecurityPolicy } from "../src/preferences/policy";
import type { Rules, TrackerKind } from "../src/types";
import { makeTracker } from "./support";

test.each(choices.examples)("reads the choice $value", ({ value, parsed }) => {
  expect(parseChoice(value)).toEqual(parsed);
});

test.each(choices.examples.filter(({ parsed }) => parsed))("writes $value as it was read", ({ value }) => {
  expect(formatChoice(parseChoice(value)!)).toBe(value);
});

/** `askAgain` is written `ask-again` where words are used. */
const word = (reason: Reason) => Reason[reason].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

test.each(decisions.examples)("$name", ({ rules, choice, today, gpc, minor, expect: expected }) => {
  const all = decisions.rules as unknown as Record<string, Rules>;
  const reasons = decide(all[rules], parseChoice(choice), { today, gpc, minor });
  expect(reasons.map((reason) => (isYes(reason) ? "+" : "-") + word(reason))).toEqual(expected);
});

test.each(decisions.examples)("without what is a default, as the loader has it: $name", (example) => {
  const { ask_since, trackers } = decisions.rules[example.rules as keyof typeof decisions.rules] as Rules;
  const compact = trackers.map(({ kind, model, sale_share, ...own }) => ({
    ...own,
    ...(kind !== "browser" && kind && { kind }),
    ...(model !== "optin" && model && { model }),
    ...(sale_share && { sale_share }),
  }));
  const { choice, today, gpc, minor } = example;
  const reasons = decide({ ask_since, trackers: compact }, parseChoice(choice), { today, gpc, minor });
  expect(reasons.map((reason) => (isYes(reason) ? "+" : "-") + word(reason))).toEqual(example.expect);
});

test.each(policies.examples)("policy: $name", ({ api, csp_sources, trackers, allowed, policy }) => {
  const compact = trackers.map(({ id, kind, match }) =>
    makeTracker({
      id,
      kind: kind as TrackerKind,
      match: match.map(({ host, path }) => (path === "/" ? host : host + path)),
    }),
  );
  const allows = (id: string) => allowed.includes(id);
  expect(contentSecurityPolicy({ api, csp_sources, trackers: compact }, allows)).toBe(policy);
});
