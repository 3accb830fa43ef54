/** Receipts not yet acknowledged: kept in localStorage (memory when blocked), sent again until the server has them. */

import { say, tryStorage } from "../attempt";
import { type Body, isGrant } from "./receipt";

const MAX_QUEUED = 20;
const TIMEOUT_MS = 10_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;

export interface ReceiptQueue {
  /** Keeps the body and sends it at once. */
  add(body: Body): void;
  /** Sends what is kept, if anything. */
  deliver(): void;
}

/** Makes the queue of one site. `send` is the browser's own fetch: our gate must not hold our receipts. */
export function createQueue(site: string, api: string, send: typeof fetch): ReceiptQueue {
  const name = `placet_${site}_queue`;
  let memory: Body[] | undefined;
  let busy = false;
  let wait = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const load = (): Body[] => {
    const kept = memory || tryStorage(() => JSON.parse(localStorage.getItem(name) || "[]"));
    return [].concat(kept).filter((body: Body | null | undefined) => body?.id);
  };

  const save = (bodies: Body[]) => {
    memory = bodies;
    tryStorage(() => {
      if (bodies.length) localStorage.setItem(name, JSON.stringify(bodies));
      else localStorage.removeItem(name);
      memory = undefined;
    });
  };

  const add = (body: Body) => {
    const bodies = [...load(), body];
    // Too many: the oldest grant goes; a refusal only when there is nothing else.
    while (bodies.length > MAX_QUEUED) bodies.splice(Math.max(bodies.findIndex(isGrant), 0), 1);
    save(bodies);
    run(true);
  };

  /** Posts one body. True: done with it, in whichever way; false: keep it. */
  const post = async (body: Body): Promise<boolean> => {
    const abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const answer = await send(`${api}/v1/sites/${site}/receipts`, {
        method: "POST",
        body: JSON.stringify(body), // a string goes as text/plain: no preflight
        keepalive: true,
        credentials: "omit",
        referrerPolicy: "strict-origin",
        signal: abort.signal,
      });
      const { status } = answer;
      if (status === 200 || status === 201) return true;
      if (status < 400 || status > 499 || status === 429) return false;
      const { code = status } = await answer.json().catch(() => ({}));
      say(`receipt refused: ${code}`);
      return true;
    } catch {
      return false; // no network or no answer: it stays in the queue
    } finally {
      clearTimeout(limit);
    }
  };

  const drain = async () => {
    clearTimeout(timer);
    for (let [body] = load(); body; [body] = load()) {
      if (!(await post(body))) {
        timer = setTimeout(run, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        return;
      }
      save(load().filter(({ id }) => id !== body.id));
      wait = FIRST_WAIT_MS;
    }
  };

  /** `now`: in the click itself, so that the request outlives the page; else one tab at a time, where there are locks. */
  const run = async (now?: boolean) => {
    if (busy || !load().length) return;
    busy = true;
    await (now || !navigator.locks ? drain() : navigator.locks.request(name, drain)).catch(say);
    busy = false;
  };

  const deliver = () => {
    run();
  };
  addEventListener("online", deliver);
  document.addEventListener("visibilitychange", deliver);

  return { add, deliver };
}
