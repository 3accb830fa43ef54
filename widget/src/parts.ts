/** What does not travel with the loader: fetched when it is needed, once, and tried again when it did not come. */

import type { After } from "./after/part";
import type { Part, PartContext } from "./preferences/part";

export interface PartTypes {
  after: After;
  preferences: Part;
}
export type PartName = keyof PartTypes;
export type MakePart<N extends PartName = PartName> = (context: PartContext) => PartTypes[N];

/** Has the part brought; when it has come, it calls `arrive`. `fail` when it will not. */
export type LoadPart = (
  name: PartName,
  fail: () => void,
  arrive: <N extends PartName>(name: N, make: MakePart<N>) => void,
) => void;

export interface Parts {
  /** Resolves with the part; rejects when it does not come, and may be asked again. */
  bring<N extends PartName>(name: N): Promise<PartTypes[N]>;
  /** Does something with the part when it has come; nothing, if it does not. */
  use<N extends PartName>(name: N, work?: (part: PartTypes[N]) => void): void;
  /** The part, if it is here. */
  here: Partial<PartTypes>;
  arrive<N extends PartName>(name: N, make: MakePart<N>): void;
}

const TIMEOUT_MS = 10_000;

/** `context`: what parts get to work with, asked for when one arrives. */
export function createParts(load: LoadPart, context: () => PartContext): Parts {
  const here: Partial<PartTypes> = {};
  const coming: { [name: string]: Promise<never> | undefined } = {};
  const done: { [name: string]: (part: unknown) => void } = {};

  const arrive: Parts["arrive"] = (name, make) => {
    here[name] ||= make(context());
    done[name]?.(here[name]);
  };
  const bring = (name: PartName) =>
    (coming[name] ||= new Promise<never>((resolve, reject) => {
      const fail = () => {
        if (!here[name]) coming[name] = undefined;
        reject();
      };
      done[name] = resolve as (part: unknown) => void;
      if (here[name]) done[name](here[name]);
      else {
        load(name, fail, arrive);
        setTimeout(fail, TIMEOUT_MS);
      }
    }));
  const use: Parts["use"] = (name, work) => {
    bring(name).then(work, () => {});
  };
  return { here, bring, use, arrive };
}
