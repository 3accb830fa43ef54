/** The page in Vue. */

import { Allowed, Placet, useConsent } from "placet/vue";
import { createApp, createSSRApp, defineComponent, h, ref } from "vue";
import { renderToString } from "vue/server-renderer";
import { type Place, placeOf } from "./place";

const Status = defineComponent(() => {
  const { choice, allowed, allows, show } = useConsent();
  const status = () => ({ granted: choice.value?.granted ?? null, allowed: allowed.value, survey: allows("survey") });
  return () =>
    h("p", [
      h("output", { id: "status" }, JSON.stringify(status())),
      h("button", { id: "show", onClick: show }, "Cookie settings"),
    ]);
});

const Content = defineComponent(
  ({ tracker, times }: { tracker: string; times: () => number }) => {
    const isOpen = ref(false);
    const open = () => {
      isOpen.value = !isOpen.value;
    };
    const unmarked = () => [
      h("iframe", { id: "unmarked", src: `${tracker}/unmarked.html`, "data-times": times() }),
      h("img", { id: "unmarked-pixel", alt: "", src: `${tracker}/unmarked.gif`, "data-times": times() }),
    ];
    return () =>
      h("section", [
        h("h2", { id: "content" }, "Content"),
        h(Status),
        h(Allowed, { tracker: "survey" }, () =>
          h("iframe", { id: "survey", title: "Survey", src: `${tracker}/survey.html`, "data-times": times() }),
        ),
        h(
          Allowed,
          { category: "marketing" },
          {
            default: () => h("img", { id: "pixel", alt: "", src: `${tracker}/pixel.gif` }),
            fallback: () => h("p", { id: "instead" }, "No advertisement"),
          },
        ),
        h("button", { id: "open", onClick: open }, "Open"),
        h("div", { id: "own" }, [isOpen.value ? unmarked() : null, h("span", `after ${times()}`)]),
      ]);
  },
  { props: ["tracker", "times"] },
);

const Page = defineComponent(
  ({ site, api, tracker }: Place) => {
    const times = ref(0);
    const isThere = ref(true);
    const again = () => {
      times.value++;
    };
    const leave = () => {
      isThere.value = !isThere.value;
    };
    return () =>
      h("main", [
        h(Placet, { site, api }),
        h("button", { id: "again", onClick: again }, "Again"),
        h("button", { id: "leave", onClick: leave }, "Leave"),
        isThere.value ? h(Content, { tracker, times: () => times.value }) : h("h2", { id: "elsewhere" }, "Elsewhere"),
      ]);
  },
  { props: ["site", "api", "tracker"] },
);

export const render = async (place: Place): Promise<{ head: string; body: string }> => ({
  head: "",
  body: await renderToString(createSSRApp(Page, { ...place })),
});

export function begin(root: HTMLElement, isRendered: boolean): void {
  const place = { ...placeOf(root) };
  (isRendered ? createSSRApp(Page, place) : createApp(Page, place)).mount(root);
}
