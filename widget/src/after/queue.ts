/** Receipts not yet acknowledged: kept in localStorage (memory when blocked), sent again until the server has them. */

import { say, tryStorage } from "../attempt";
import { type Draft, queueName, readQueue } from "../choice/draft";
import { type Body, forgetRecord, isGrant, makeReceipt, type ReceiptRecord } from "./receipt";

const MAX_QUEUED = 20;
const TIMEOUT_MS = 10_000;
const FIRST_WAIT_MS = 2_000;
/** However often it failed, and whatever `Retry-After` asks. */
const LONGEST_WAIT_MS = 300_000;

export interface ReceiptQueue {
  /** Sends what waits, if anything. `drafts` are those that storage did not take; `now`: in the click that made one. */
  deliver(drafts: Draft[], now: boolean): void;
  /** Forgets what waits, and by which secret the server knows this browser. */
  forget(): void;
}

/** Makes the queue of one site. `send` is the browser's own fetch: our gate must not hold our receipts. */
export function createQueue(site: string, api: string, send: typeof fetch): ReceiptQueue {
  const name = queueName(site);
  const memory: { record?: ReceiptRecord } = {};
  let unsaved: Body[] | undefined;
  let busy = false;
  let wait = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const save = (bodies: Body[]) => {
    unsaved = bodies;
    tryStorage(() => {
      if (bodies.length) localStorage.setItem(name, JSON.stringify(bodies));
      else localStorage.removeItem(name);
      unsaved = undefined;
    });
  };

  /** Reads what waits. Drafts become receipts here, once. */
  const load = (drafts: Draft[] = []): Body[] => {
    const kept = [...(unsaved || readQueue<Body | Draft | null>(site)), ...drafts].filter((one) => !!one?.choices);
    const bodies = kept.map((one) => (one!.id ? (one as Body) : makeReceipt(site, memory, one as Draft)));
    // Too many: the oldest grant goes; a refusal only when there is nothing else.
    while (bodies.length > MAX_QUEUED) bodies.splice(Math.max(bodies.findIndex(isGrant), 0), 1);
    if (bodies.some((body, index) => body !== kept[index])) save(bodies);
    return bodies;
  };

  /** Posts one body. 0: done with it, stored or refused for good; else keep it, and wait at least as many ms. */
  const post = async (body: Body): Promise<number> => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), TIMEOUT_MS); // of no effect once the answer is read
    try {
      const answer = await send(`${api}/v1/sites/${site}/receipts`, {
        method: "POST",
        keepalive: true,
        // A string goes as text/plain: no preflight. Cookies go along, and one may be set, only where the server is mounted on
        // the page's own origin (that is `fetch`'s default); what the browser keeps by now says whether this one is the last. Elsewhere nobody reads that.
        body: JSON.stringify({
          ...body,
          ...(api.startsWith(location.origin) && {
            choice: tryStorage(() => localStorage.getItem(`placet_${site}`)),
          }),
        }),
        referrerPolicy: "strict-origin",
        signal: abort.signal,
      });
      const { status, headers } = answer;
      // Read in any case: what is left unread keeps the connection busy.
      const { id, code } = (await answer.json().catch(say)) || {};
      // Only the server's own word counts; a proxy or a captive portal may answer anything.
      if (/^20[01]$/.test(`${status}`) && id === body.id) return 0;
      if (code && /^4(?!08|25|29)\d\d application\/problem\+json/.test(`${status} ${headers.get("Content-Type")}`)) {
        say(`receipt refused: ${code}`);
        return 0;
      }
      return Math.max(+headers.get("Retry-After")! * 1_000 || 0, FIRST_WAIT_MS);
    } catch {
      return FIRST_WAIT_MS; // no network or no answer
    }
  };

  /** Sends each once, in their order; as soon as one has to wait, refusals go before everything else. */
  const drain = async () => {
    clearTimeout(timer);
    const tried: string[] = [];
    let pause = 0;
    for (;;) {
      const left = load().filter(({ id }) => !tried.includes(id));
      const body = ((wait || pause) && left.find((other) => !isGrant(other))) || left[0];
      if (!body) break;
      tried.push(body.id);
      const asked = await post(body);
      if (!asked) save(load().filter(({ id }) => id !== body.id));
      pause = Math.max(pause, asked);
    }
    wait = pause && Math.min(wait * 2 || FIRST_WAIT_MS, LONGEST_WAIT_MS);
    if (pause) timer = setTimeout(run, Math.min(Math.max(wait, pause), LONGEST_WAIT_MS));
  };

  /** `now`, if true: in the click itself, so that the request outlives the page; else one tab at a time, where there are locks. */
  const run = async (now?: unknown) => {
    if (busy || !load().length) return;
    busy = true;
    await (now === true || !navigator.locks ? drain() : navigator.locks.request(name, drain)).catch(say);
    busy = false;
  };

  addEventListener("online", run);
  document.addEventListener("visibilitychange", run);

  return {
    deliver: (drafts, now) => {
      load(drafts);
      run(now);
    },
    forget: () => {
      delete memory.record;
      forgetRecord(site);
      save([]);
    },
  };
}
