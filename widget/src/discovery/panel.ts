/** The panel: what was found, by tracker. Whatever a page calls its things is text here, and only text. */

import type { PartContext } from "../preferences/part";
import { deskAddress } from "./address";
import { writeDraft } from "./draft";
import { type Finding, type Findings, groupFindings } from "./findings";
import { type How, type Kind, type Listed, NEEDED } from "./recognise";
import { STYLE } from "./style";

export interface Panel {
  /** Puts the panel into the page, on top of everything; where the page has taken it out, too. */
  show(): void;
  /** Draws what has been found by now. */
  update(findings: Findings): void;
  end(): void;
}

// No objects: the build shortens some of these names where they are keys.
const KINDS = new Map<Kind, string>([
  ["host", "host"],
  ["element", "element"],
  ["cookie", "cookie"],
  ["local", "local storage"],
  ["session", "session storage"],
  ["indexeddb", "database"],
]);
const HOWS: Record<How, string> = { seen: "", held: "held, ", blocked: "blocked by the page's policy, " };
const NOTHING = "Nothing so far.";

/** `end`: what is done when the visit is over. */
export function createPanel({ trackers, desk }: Listed, context: PartContext, end: () => void): Panel {
  const { h, actionButton } = context;
  context.dress(STYLE);
  let shown: Findings = { pages: [], found: [] };
  let drawn = "";

  const about = h("p", { "data-about": "1" });
  const list = h("div", {});
  const said = h("p", { role: "status" });
  const scroll = h("div", { "data-scroll": "1", tabindex: "0", role: "group", "aria-label": "What was found" }, list);
  const fold = actionButton("fold", "Fold");
  fold.setAttribute("aria-expanded", "true");
  const send = actionButton("send", "Send to the desk");
  const copy = actionButton("copy", "Copy a draft");
  const stop = actionButton("end", "End");
  const panel = h(
    "section",
    { "data-placet": "discovery", "aria-labelledby": "placet-discovery", lang: "en", dir: "ltr", popover: "manual" },
    h("div", { "data-head": "1" }, h("h2", { id: "placet-discovery" }, "Discovery mode"), fold),
    about,
    scroll,
    h("div", { "data-buttons": "1" }, send, copy, stop, said),
  );

  const setFolded = (isFolded: boolean) => {
    panel.toggleAttribute("data-folded", isFolded);
    fold.textContent = isFolded ? "Unfold" : "Fold";
    fold.setAttribute("aria-expanded", `${!isFolded}`);
  };
  fold.onclick = () => setFolded(!panel.hasAttribute("data-folded"));
  panel.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") setFolded(true);
  });
  stop.onclick = end;
  /** The draft of what nobody lists; says so, and is nothing, where everything is listed. */
  const draftOf = () => {
    const [group] = groupFindings(shown.found, [NEEDED, ...trackers.map(({ id }) => id)]);
    if (group?.[0] === "") return writeDraft(group[1]);
    said.textContent = "Everything that was found is listed.";
    return "";
  };
  send.onclick = () => {
    const draft = draftOf();
    if (!draft) return;
    const address = deskAddress(desk, draft);
    // In a tab of its own, which knows nothing of this one: nothing of the desk ever stands on the site's origin.
    if (address) window.open(address, "_blank", "noopener,noreferrer");
    said.textContent = address ? "The desk is open in another tab." : "Too much to send: copy a draft instead.";
  };
  copy.onclick = () => {
    const draft = draftOf();
    if (!draft) return;
    const byHand = () => {
      const text = h("textarea", { "aria-label": "The draft", readonly: "1" });
      text.value = draft;
      said.replaceChildren("The browser does not let us copy; do it by hand: ");
      scroll.querySelector("textarea")?.remove();
      scroll.prepend(text);
      setFolded(false);
      text.select();
      text.focus();
    };
    // Without https there is no clipboard for scripts.
    if (!navigator.clipboard) byHand();
    else {
      navigator.clipboard.writeText(draft).then(() => {
        said.textContent = "Copied. Paste it at the end of the config, on the desk's page YAML.";
      }, byHand);
    }
  };

  const drawGroup = ([id, group]: [string, Finding[]], pages: number) => {
    const tracker = trackers.find((own) => own.id === id);
    const title = tracker
      ? [tracker.name, h("span", {}, ` ${tracker.vendor} · ${tracker.category} · ${id}`)]
      : [id ? "Needed by the page (csp_sources)" : "Not listed"];
    return [
      h("h3", {}, ...title),
      h(
        "ul",
        { "data-by": id || "nobody" },
        ...group.map(({ kind, name, how, pages: on }) =>
          h(
            "li",
            {},
            h("code", {}, name || "(no name)"),
            h("span", {}, `${KINDS.get(kind)}, ${HOWS[how]}${on.length} of ${pages}`),
          ),
        ),
      ),
    ];
  };

  return {
    show: () => {
      if (!panel.isConnected) {
        context.wearScheme(panel);
        // First in the page, so that the first stop of the keyboard is ours.
        document.body.prepend(panel);
      }
      // Above a page's own dialogs; older browsers have it above everything else.
      if (panel.showPopover && !panel.matches(":popover-open")) panel.showPopover();
    },
    update: (findings) => {
      shown = findings;
      const { pages, found } = findings;
      const state = JSON.stringify(findings);
      if (state === drawn) return;
      drawn = state;
      const [group] = groupFindings(found, [NEEDED, ...trackers.map(({ id }) => id)]);
      const unlisted = group?.[0] === "" ? group[1].length : 0;
      about.textContent =
        `${pages.length} ${pages.length === 1 ? "page" : "pages"}, ${found.length} found, ${unlisted} not listed. ` +
        "It stays in this tab until End: nothing of it is sent to any server, unless you send it to the desk.";
      list.replaceChildren(
        ...groupFindings(found, [NEEDED, ...trackers.map(({ id }) => id)]).flatMap((own) =>
          drawGroup(own, pages.length),
        ),
      );
      if (!found[0]) list.replaceChildren(h("p", {}, NOTHING));
    },
    end: () => panel.remove(),
  };
}
