/** The catalog's steps (app/data/catalog), each done by the engine that does them in a visitor's page. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { stopTracker } from "../src/after/withdraw";
import { readStep } from "../src/choice/steps";
import { startVendors } from "../src/signals/vendors";
import { makeTracker } from "./support";

const FOLDER = `${import.meta.dirname}/../../app/data/catalog`;
type Moment = "default" | "decision" | "granted" | "stop";
interface Entry {
  id: string;
  steps: Record<Moment, string[]>;
}

/** The files are YAML of one shape: a step is a text in single quotes on a line of its own, below its moment. */
function readEntry(file: string): Entry {
  const steps: Entry["steps"] = { default: [], decision: [], granted: [], stop: [] };
  let moment: Moment | undefined;
  for (const line of readFileSync(`${FOLDER}/${file}`, "utf8").split("\n")) {
    const [, key, step] = /^(?: {2})?(\w+):|^ +- '(.*)'$/.exec(line) || [];
    if (key) moment = key in steps ? (key as Moment) : undefined;
    else if (step && moment) steps[moment].push(step.replaceAll("''", "'"));
  }
  return { id: file.replace(".yaml", ""), steps };
}

const entries = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".yaml"))
  .map(readEntry)
  .filter(({ steps }) => Object.values(steps).some((own) => own.length));

/** Puts a function where a step calls one, so that it can be seen to be called. */
function stub(step: string) {
  const { names, last } = readStep(step);
  const called = vi.fn();
  if (!names[0]) vi.stubGlobal(last, called);
  else vi.stubGlobal(names[0], { [last]: called });
  return called;
}

test("there are entries that say how", () => expect(entries.length).toBeGreaterThan(20));

test.each(entries)("$id is told and stopped", ({ id, steps }) => {
  for (const step of steps.granted) {
    const called = stub(step);
    const tracker = makeTracker({ id, signals: { granted: [step] } });
    const vendors = startVendors([tracker]);
    vendors.begin(() => true);
    vendors.release([tracker]);
    expect(called, step).toHaveBeenCalledOnce();
  }
  for (const step of steps.stop) {
    const called = stub(step);
    stopTracker(makeTracker({ id, stop: [step] }));
    expect(called, step).toHaveBeenCalledOnce();
  }
});

test.each(entries)("$id hears its vendor's words", ({ id, steps }) => {
  for (const step of [...steps.default, ...steps.decision]) {
    const { names, last } = readStep(step);
    const isQueue = /^(push|arguments)$/.test(last);
    if (isQueue) vi.stubGlobal(names[0], undefined);
    const called = isQueue ? undefined : stub(step);
    const vendors = startVendors([makeTracker({ id, signals: { decision: [step] } })]);
    vendors.begin((asked) => asked === "analytics");
    vendors.decide((asked) => asked === "analytics");
    const heard = called ? called.mock.calls : (window as unknown as Record<string, unknown[]>)[names[0]];
    expect(heard.length, step).toBeGreaterThan(0);
    const said = JSON.stringify(heard);
    expect(said, step).not.toContain('"?');
    if (step.includes('"?analytics"')) expect(said, step).toContain('"granted"');
    if (step.includes('"?marketing"')) expect(said, step).toContain('"denied"');
  }
});
