/** A small HTTP server of a test, and what arrived there. */

import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Arrived {
  target: string;
  headers: IncomingMessage["headers"];
}

/** Starts it for one test: its origin, and the requests as they come. */
export async function answering(answer: RequestListener): Promise<{ api: string; arrived: Arrived[] }> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    arrived.push({ target: request.url!, headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrived };
}

export const says =
  (status: number, body: string) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status).end(body);
  };

/** An answer of /trackers that allows these. */
export const allowing = (...ids: string[]): RequestListener =>
  says(
    200,
    JSON.stringify({
      version: 1,
      regime: "eu",
      trackers: ids.map((id) => ({ id, category: "analytics", allowed: true, reason: "granted" })),
      csp: "default-src 'self'",
    }),
  );
