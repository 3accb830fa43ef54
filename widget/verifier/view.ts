/** The report as a page: the line about outside, the verdict, what was proven, what was not, then details to open. */

import { h, list } from "./dom";
import { counted, type Failure, type Report } from "./report";

const SHOWN_FAILURES = 25;

export function drawReport(report: Report, seconds: number): HTMLElement[] {
  const { ok, first, verdict, subject, proven, not_proven, removals, statements, handed } = report;
  const section = (title: string, ...children: (HTMLElement | null)[]) =>
    h("section", {}, h("h3", {}, title), ...children);
  const kinds = Object.entries(statements).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    h("p", { class: "first" }, first),
    h("h2", { id: "verdict", tabindex: "-1", class: ok ? "good" : "bad" }, verdict),
    h("p", { class: "subject" }, subject),
    ...(ok ? [] : [section("Not as it must be", drawFailures(report))]),
    ...(proven.length ? [section("Proven", list(proven))] : []),
    ...(not_proven.length ? [section("Not proven", list(not_proven))] : []),
    ...(removals.length ? [open(counted(removals.length, "removal"), drawRemovals(report))] : []),
    ...(kinds.length
      ? [open(counted(report.counts.statements, "statement"), list(kinds.map(([kind, count]) => `${kind}: ${count}`)))]
      : []),
    ...(handed.length
      ? [
          open(
            "The bundle says that earlier checkpoints were handed to others: ask them",
            list(handed.map(({ size, kind, to, at }) => `${size} entries, ${kind} to ${to}, ${at}`)),
          ),
        ]
      : []),
    h(
      "p",
      { class: "subject" },
      `Verified on this device in ${seconds.toFixed(1)} seconds; nothing was sent anywhere.`,
    ),
  ];
}

const open = (summary: string, content: HTMLElement): HTMLElement =>
  h("details", {}, h("summary", {}, summary), content);

const place = ({ file, index }: Failure): string =>
  [file, index === null ? null : `index ${index}`].filter((part) => part !== null).join(", ");

function drawFailures({ failures, failure_count }: Report): HTMLElement {
  const shown = failures.slice(0, SHOWN_FAILURES).map((failure) => {
    const where = place(failure);
    const item = h("span", {}, h("code", {}, failure.check), ` ${where}${where ? ": " : ""}${failure.message}`);
    item.dataset.check = failure.check;
    return item;
  });
  const more = failure_count - shown.length;
  return list(more > 0 ? [...shown, `… and ${more} more.`] : shown);
}

function drawRemovals({ removals }: Report): HTMLElement {
  const heads = ["At index", "Removed", "Count", "By", "Reason", "Rule", "When"];
  const rows = removals.map(({ index, ranges, count, by, reason, rule, at }) => [
    `${index}`,
    ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", "),
    `${count}`,
    by,
    reason,
    rule ?? "",
    at,
  ]);
  return h(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": "Removals" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, cell))))),
    ),
  );
}
