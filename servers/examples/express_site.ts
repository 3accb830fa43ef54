/** An Express site that asks Placet before it does anything optional about a visitor. */

import express from "express";
import { consentOf, Placet, placetMiddleware } from "../node/express";

const { PLACET_URL = "", PLACET_SITE = "", STATS_URL = "", PORT } = process.env;
const placet = new Placet(PLACET_URL, PLACET_SITE, { placeHeaders: ["X-Country"] });
const loader = `<script async src="${PLACET_URL}/s/${PLACET_SITE}.js"></script>`;
const counter = '<img src="https://mailer.example/open.gif" alt="" width="1" height="1">';
const stats = `<script async src="${STATS_URL}"></script>`;

const app = express();
app.use(placetMiddleware(placet));

// A page: its log line is one tracker, the tag in its markup another.
app.get("/", (request, response) => {
  const consent = consentOf(request);
  if (consent.allows("activity-log")) console.warn(`${request.ip} opened ${request.path}`);
  const tags = consent.allows("stats") ? stats : `<!-- stats: ${consent.reason("stats")} -->`;
  response.send(`<!doctype html><html lang=en><title>Shop</title>${loader}${tags}<h1>Shop</h1></html>`);
});

// What the mailer is given: the mail counts whether it was opened only where that is allowed.
app.post("/orders", (request, response) => {
  const image = consentOf(request).allows("email-opens") ? counter : "";
  response.type("text/plain").send(`<p>Thank you for your order.</p>${image}`);
});

app.listen(Number(PORT), "127.0.0.1");
