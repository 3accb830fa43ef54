/** The page in React, the same for 18 and 19: `render` on the server, started in the browser. */

import { Allowed, Placet, useConsent } from "placet/react";
import { StrictMode, useState } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { type Place, placeOf } from "./place";

function Status() {
  const { choice, allowed, allows, show } = useConsent();
  return (
    <p>
      <output id="status">
        {JSON.stringify({ granted: choice?.granted ?? null, allowed, survey: allows("survey") })}
      </output>
      <button type="button" id="show" onClick={show}>
        Cookie settings
      </button>
    </p>
  );
}

function Content({ tracker, times }: { tracker: string; times: number }) {
  const [isOpen, open] = useState(false);
  return (
    <section>
      <h2 id="content">Content</h2>
      <Status />
      <Allowed tracker="survey">
        <iframe id="survey" title="Survey" src={`${tracker}/survey.html`} data-times={times} />
      </Allowed>
      <Allowed category="marketing" fallback={<p id="instead">No advertisement</p>}>
        <img id="pixel" alt="" src={`${tracker}/pixel.gif`} />
      </Allowed>
      <button type="button" id="open" onClick={() => open(!isOpen)}>
        Open
      </button>
      <div id="own">
        {isOpen && <iframe id="unmarked" title="Unmarked" src={`${tracker}/unmarked.html`} data-times={times} />}
        {isOpen && <img id="unmarked-pixel" alt="" src={`${tracker}/unmarked.gif`} data-times={times} />}
        <span>after {times}</span>
      </div>
    </section>
  );
}

function Page({ site, api, tracker }: Place) {
  const [times, again] = useState(0);
  const [isThere, leave] = useState(true);
  return (
    <main>
      <Placet site={site} api={api} />
      <button type="button" id="again" onClick={() => again(times + 1)}>
        Again
      </button>
      <button type="button" id="leave" onClick={() => leave(!isThere)}>
        Leave
      </button>
      {isThere ? <Content tracker={tracker} times={times} /> : <h2 id="elsewhere">Elsewhere</h2>}
    </main>
  );
}

const page = (place: Place) => (
  <StrictMode>
    <Page {...place} />
  </StrictMode>
);

export const render = async (place: Place): Promise<{ head: string; body: string }> => ({
  head: "",
  body: renderToString(page(place)),
});

export function begin(root: HTMLElement, isRendered: boolean): void {
  if (isRendered) hydrateRoot(root, page(placeOf(root)));
  else createRoot(root).render(page(placeOf(root)));
}
