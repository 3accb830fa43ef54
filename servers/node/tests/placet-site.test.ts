/** What a site's server asks of Placet, what it makes of the answers, and that no failure lets anything in. */

import { afterEach, expect, test, vi } from "vitest";
import examples from "../../../tests/contract/site-servers.json";
import { Placet, type Question } from "../placet-site";
import { allowing, answering, says } from "./answering";

const SITE = examples.site;
const NOBODY = "http://127.0.0.1:9";
const GRANTED = "1.1.analytics.-.1.2";
const OF_THE_VISITOR =
  /^(cookie|sec-gpc|x-country|x-region|x-forwarded-for|authorization|placet-receipt|referer|origin)$/;
const closed = (api: string) =>
  `default-src 'self' ${api}; script-src 'self' ${api}; object-src 'none'; base-uri 'self'`;
const question = (own: Partial<Question> = {}): Question => ({
  choice: null,
  gpc: false,
  minor: false,
  place: [],
  ...own,
});
const quiet = { warn: () => {} };

afterEach(() => vi.restoreAllMocks());

const lower = (headers: object) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

test.each(examples.questions)("asks what concerns the answer and passes on nothing else: $name", async (example) => {
  const { api, arrived } = await answering(allowing());
  const placet = new Placet(api, SITE, { placeHeaders: example.place_headers, ...quiet });
  const consent = await placet.consent({ headers: lower(example.headers) }, { minor: example.minor });
  expect(consent.problem).toBeNull();
  expect(arrived.map(({ target }) => decodeURIComponent(target).replace(/\?$/, ""))).toEqual([example.target]);
  const sent = Object.entries(arrived[0]!.headers);
  expect(Object.fromEntries(sent.filter(([name]) => OF_THE_VISITOR.test(name)))).toEqual(example.sent);
  expect(arrived[0]!.headers["user-agent"]).not.toBe("Browser/1");
});

test.each(examples.answers)("reads what Placet answers: $name", async ({ status, body, ...expected }) => {
  const { api } = await answering(says(status, body));
  const consent = await new Placet(api, SITE, quiet).ask(question());
  const each = (ids: object, ask: (id: string) => unknown) =>
    Object.keys(ids).map((id) => [id, ask(id)] as [string, unknown]);
  expect(each(expected.allows, (id) => consent.allows(id))).toEqual(Object.entries(expected.allows));
  expect(each(expected.reasons, (id) => consent.reason(id))).toEqual(Object.entries(expected.reasons));
  expect(consent.csp).toBe(expected.csp ?? closed(api));
  expect(consent.problem !== null).toBe(expected.problem);
});

test("who does not answer in time allows nothing", async () => {
  const { api } = await answering((_, response) => response.writeHead(200).write("{"));
  const consent = await new Placet(api, SITE, { timeout: 50, ...quiet }).ask(question({ choice: GRANTED }));
  expect(consent.problem).toBe("Placet: no answer (TimeoutError)");
  expect(consent.allows("analytics")).toBe(false);
});

test("who is not there allows nothing, and the site is told, with nothing of the visitor", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const consent = await new Placet(NOBODY, SITE).ask(question({ choice: GRANTED }));
  expect(consent.csp).toBe(closed(NOBODY));
  expect(warn.mock.calls).toEqual([["Placet: no answer (TypeError). Nothing optional is allowed."]]);
});

test("no other address is asked than the configured one", async () => {
  const { api, arrived } = await answering((_, response) => response.writeHead(302, { Location: "/x" }).end());
  expect((await new Placet(api, SITE, quiet).ask(question())).problem).toMatch(/^Placet: no answer/);
  expect(arrived).toHaveLength(1);
});

test("an answer is used again for a while, for the same question only", async () => {
  let now = 100;
  const { api, arrived } = await answering(allowing("stats"));
  const placet = new Placet(api, SITE, { keep: 5000, monotonic: () => now });
  const first = await placet.ask(question({ choice: GRANTED }));
  expect(await placet.ask(question({ choice: GRANTED }))).toBe(first);
  expect(arrived).toHaveLength(1);
  await placet.ask(question());
  await placet.ask(question({ choice: GRANTED, gpc: true }));
  await placet.ask(question({ choice: GRANTED, minor: true }));
  await placet.ask(question({ choice: GRANTED, place: [["X-Country", "US"]] }));
  expect(arrived).toHaveLength(5);
  now += 5000;
  await placet.ask(question({ choice: GRANTED }));
  expect(arrived).toHaveLength(6);
});

test("after a failure nobody waits again for a while, and good answers go on", async () => {
  let now = 100;
  let answer = allowing("stats");
  const { api, arrived } = await answering((...asked) => answer(...asked));
  const placet = new Placet(api, SITE, { keep: 5000, monotonic: () => now, ...quiet });
  await placet.ask(question({ choice: GRANTED }));
  answer = says(503, "");
  now += 1000;
  expect((await placet.ask(question())).problem).toBe("Placet: status 503");
  expect((await placet.ask(question({ gpc: true }))).problem).toBe("Placet: status 503");
  expect((await placet.ask(question({ choice: GRANTED }))).allows("stats")).toBe(true);
  expect(arrived).toHaveLength(2);
  answer = allowing("stats");
  now += 5000;
  expect((await placet.ask(question())).allows("stats")).toBe(true);
});

test("cookies that somebody makes up do not fill the memory", async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(
    async () => new Response(JSON.stringify({ version: 1, regime: "eu", trackers: [], csp: "default-src 'self'" })),
  );
  const placet = new Placet(NOBODY, SITE);
  for (let day = 0; day <= 1000; day++) await placet.ask(question({ choice: `1.1.-.-.${day}.${day}` }));
  await placet.ask(question({ choice: "1.1.-.-.1000.1000" }));
  expect(fetch).toHaveBeenCalledTimes(1001);
  await placet.ask(question({ choice: "1.1.-.-.0.0" }));
  expect(fetch).toHaveBeenCalledTimes(1002);
});

test("without an answer the policy is the closed one, or the site's own", async () => {
  const ask = async (options: object) => (await new Placet(NOBODY, SITE, { ...options, ...quiet }).ask(question())).csp;
  expect(await ask({ publicUrl: "https://consent.example/" })).toBe(closed("https://consent.example"));
  expect(await ask({ closedCsp: "default-src 'none'" })).toBe("default-src 'none'");
});

test.each([
  ["ftp://consent.example", SITE, {}],
  ["consent.example", SITE, {}],
  ["https://user@consent.example", SITE, {}],
  ["https://consent.example/path", SITE, {}],
  ["https://consent.example?x", SITE, {}],
  ["https://consent.example:port", SITE, {}],
  ["https://consent.example; script-src *", SITE, {}],
  ["https://consent.example", "../../admin", {}],
  ["https://consent.example", "s_", {}],
  ["https://consent.example", SITE, { placeHeaders: ["Cookie"] }],
  ["https://consent.example", SITE, { placeHeaders: ["X Country"] }],
  ["https://consent.example", SITE, { publicUrl: "javascript:1" }],
  ["https://consent.example", SITE, { closedCsp: "default-src 'self'\r\nSet-Cookie: a=b" }],
])("what is no address, key, header or policy is refused at the start: %s %s %o", (api, site, options) => {
  expect(() => new Placet(api, site, options)).toThrow(TypeError);
});
