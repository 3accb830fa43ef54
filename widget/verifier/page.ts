/** verify.html: the user chooses a bundle and what they have from elsewhere, and reads the report. */

import { byId, h } from "./dom";
import { type Answer, createEngine, type Task } from "./engine";
import type { Outside } from "./head";
import { Receipts } from "./receipts";
import type { Report } from "./report";
import { drawReport } from "./view";

let receipts: Receipts | null = null;
let ask: (task: Task) => void;

/** The engine works in a worker made of this very script; where the browser refuses that, here, in slices. */
function startEngine(script: string): void {
  const inPage = () => {
    ask = createEngine(hear);
  };
  try {
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    ask = (task) => worker.postMessage(task);
    worker.onmessage = ({ data }) => hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      inPage();
    };
  } catch {
    inPage();
  }
}

/** Checkpoints as they were pasted, one after the other; what is none is passed on, to be named. */
export function splitNotes(text: string): string[] {
  const plain = text
    .replace(/\r\n?/g, "\n")
    .replace(/^[ \t]+|[ \t]+$/gm, "")
    .trim();
  if (!plain) return [];
  const found = `${plain}\n`.match(/(?:[^\n]+\n)+\n(?:— [^\n]+\n)+/g);
  return found ?? [plain];
}

const linesIn = (id: string): string[] =>
  byId<HTMLTextAreaElement>(id)
    .value.split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

function outside(): Outside {
  const vkeys = linesIn("vkey");
  return {
    against: splitNotes(byId<HTMLTextAreaElement>("against").value),
    vkey: vkeys.length ? vkeys.join("\n") : null,
    witness: linesIn("witness"),
  };
}

let chosen: { name: string; file: Blob }[] = [];

function choose(files: { name: string; file: Blob }[], name: string): void {
  chosen = files;
  byId("name").textContent = name;
  byId<HTMLButtonElement>("verify").disabled = !files.length;
}

/** Of a folder the files' names begin with its own. */
const takeFiles = (list: FileList): void => {
  const files = [...list].map((file) => ({ name: file.webkitRelativePath.replace(/^[^/]*\//, "") || file.name, file }));
  choose(files, files.length === 1 ? files[0]!.name : `${files.length} files`);
};

function show(part: "progress" | "report" | "unable" | null): void {
  for (const id of ["progress", "report", "unable"]) byId(id).hidden = id !== part;
}

function start(): void {
  receipts = null;
  show("progress");
  byId<HTMLProgressElement>("bar").value = 0;
  byId("cancel").focus();
  ask({ do: "verify", files: chosen, outside: outside() });
}

function showReport(report: Report, seconds: number): void {
  const isFolderOrZip = report.counts.receipts + report.counts.statements > 0;
  byId("said").replaceChildren(...drawReport(report, seconds));
  byId("browse").hidden = !isFolderOrZip;
  show("report");
  receipts = isFolderOrZip ? new Receipts(report.failures, ask) : null;
  document.title = report.ok ? "Verified" : "Does not verify";
  byId("verdict").focus();
}

function hear(answer: Answer): void {
  switch (answer.is) {
    case "unable":
      show("unable");
      break;
    case "cancelled":
      show(null);
      byId("verify").focus();
      break;
    case "progress":
      byId<HTMLProgressElement>("bar").value = answer.part;
      break;
    case "report":
      showReport(answer.report, answer.seconds);
      break;
    case "broken":
      byId("said").replaceChildren(
        h("h2", { id: "verdict", tabindex: "-1" }, "The verification could not be finished"),
        h("p", {}, `Nothing was verified. The browser says: ${answer.message}`),
      );
      byId("browse").hidden = true;
      show("report");
      break;
    default:
      receipts?.hear(answer);
  }
}

export function startPage(script: string): void {
  startEngine(script);
  const [zip, folder] = [byId<HTMLInputElement>("zip"), byId<HTMLInputElement>("folder")];
  zip.onchange = () => zip.files && takeFiles(zip.files);
  folder.onchange = () => folder.files && takeFiles(folder.files);
  byId<HTMLInputElement>("older").onchange = async ({ target }) => {
    const texts = await Promise.all([...((target as HTMLInputElement).files ?? [])].map((file) => file.text()));
    byId<HTMLTextAreaElement>("against").value = texts.join("\n");
  };
  document.ondragover = (event) => event.preventDefault();
  document.ondrop = (event) => {
    event.preventDefault();
    if (event.dataTransfer?.files.length) takeFiles(event.dataTransfer.files);
  };
  byId<HTMLFormElement>("choose").onsubmit = (event) => {
    event.preventDefault();
    start();
  };
  byId("cancel").onclick = () => ask({ do: "cancel" });
  byId("print").onclick = () => print();
}
