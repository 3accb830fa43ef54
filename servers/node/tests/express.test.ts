/** What the middleware makes of a request and of an answer, in Express itself and in Node's own server. */

import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { site as SITE } from "../../../tests/contract/site-servers.json";
import { Consent, consentOf, type MiddlewareOptions, Placet, placetMiddleware } from "../express";
import type { Asked, Question } from "../placet-site";

const CSP = "default-src 'self'";
const VARY = "Cookie, Sec-GPC, X-Country";
const CHOICE = "1.3.analytics.-.20779.20959";

/** Answers at once, and notes what was asked. */
class Answering extends Placet {
  readonly asked: Question[] = [];

  constructor() {
    super("http://127.0.0.1:9", SITE, { placeHeaders: ["X-Country"] });
  }

  override async ask(question: Question): Promise<Consent> {
    this.asked.push(question);
    return new Consent(CSP);
  }
}

async function get(listener: RequestListener, headers: Record<string, string> = {}): Promise<Response> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers });
}

interface Case {
  answer: express.RequestHandler;
  options?: MiddlewareOptions<Asked>;
  headers?: Record<string, string>;
}

async function byExpress({ answer, options, headers }: Case) {
  const placet = new Answering();
  const app = express();
  app.use(placetMiddleware(placet, options));
  app.get("/", answer);
  return { placet, headers: (await get(app, headers)).headers };
}

test("an answer that reads no consent is left alone", async () => {
  const { headers } = await byExpress({ answer: (_, r) => void r.set("Cache-Control", "public").json({}) });
  expect(headers.get("Cache-Control")).toBe("public");
  expect(headers.get("Vary")).toBeNull();
  expect(headers.get("Content-Security-Policy")).toBeNull();
});

test("a page gets the policy and is nobody else's", async () => {
  const { headers, placet } = await byExpress({
    answer: (_, r) => void r.set({ "Cache-Control": "public", Expires: "0", "CDN-Cache-Control": "x" }).send("<p>"),
  });
  expect(headers.get("Content-Security-Policy")).toBe(CSP);
  expect(headers.get("Cache-Control")).toBe("private, no-store");
  expect(headers.get("Vary")).toBe(VARY);
  expect(headers.get("Expires")).toBeNull();
  expect(headers.get("CDN-Cache-Control")).toBeNull();
  expect(placet.asked).toHaveLength(1);
});

test("what reads the consent is nobody else's but needs no policy", async () => {
  const answer =
    (vary: string): express.RequestHandler =>
    (request, response) =>
      void response.set("Vary", vary).json(consentOf(request).problem);
  const { headers } = await byExpress({ answer: answer("accept-encoding, COOKIE") });
  expect(headers.get("Content-Security-Policy")).toBeNull();
  expect(headers.get("Cache-Control")).toBe("private, no-store");
  expect(headers.get("Vary")).toBe("accept-encoding, COOKIE, Sec-GPC, X-Country");
  expect((await byExpress({ answer: answer("*") })).headers.get("Vary")).toBe("*");
});

test("a site may have the policy to itself", async () => {
  const { headers } = await byExpress({ answer: (_, r) => void r.send("<p>"), options: { csp: false } });
  expect(headers.get("Content-Security-Policy")).toBeNull();
  expect(headers.get("Vary")).toBeNull();
});

test("a policy that is there holds as well", async () => {
  const own = "frame-ancestors 'none'";
  const { headers } = await byExpress({ answer: (_, r) => void r.set("Content-Security-Policy", own).send("<p>") });
  expect(headers.get("Content-Security-Policy")).toBe(`${own}, ${CSP}`);
});

test("the question is of this request, and the page's own word of a minor counts", async () => {
  const { placet } = await byExpress({
    answer: (_, response) => void response.send("<p>"),
    options: { minor: () => true },
    headers: { Cookie: `placet_${SITE}=${CHOICE}`, "Sec-GPC": "1", "X-Country": "US" },
  });
  expect(placet.asked).toEqual([{ choice: CHOICE, gpc: true, minor: true, place: [["X-Country", "US"]] }]);
});

test.each([
  ["an object", [{ "Content-Type": "text/html" }]],
  ["words and an object", ["Fine", { "Content-Type": "text/html" }]],
  ["a list", [["Content-Type", "text/html"]]],
  ["pairs", [[["Content-Type", "text/html"]]]],
])("headers given to writeHead count: %s", async (_, head) => {
  const middleware = placetMiddleware(new Answering());
  const answer = await get((request, response) => {
    void middleware(request, response, () => {
      (response.writeHead as (...all: unknown[]) => typeof response)(203, ...head).end("<p>");
    });
  });
  expect(answer.status).toBe(203);
  expect(answer.headers.get("Content-Type")).toBe("text/html");
  expect(answer.headers.get("Content-Security-Policy")).toBe(CSP);
});

test("an error of the site's own word reaches Express; without the middleware the site is told", async () => {
  const reached: unknown[] = [];
  const middleware = placetMiddleware(new Answering(), {
    minor: () => {
      throw new RangeError("no session");
    },
  });
  await get((request, response) => {
    void middleware(request, response, (error) => {
      reached.push(error);
      response.end();
    });
  });
  expect(reached).toEqual([new RangeError("no session")]);
  expect(() => consentOf({})).toThrow("placetMiddleware");
});
