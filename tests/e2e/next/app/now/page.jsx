// Rendered at every request, in pieces: what waits is sent after the rest of the page.

import { connection } from "next/server";
import { Allowed } from "placet/next";
import { Suspense } from "react";

async function Late() {
  await connection();
  return (
    <Allowed tracker="survey">
      <iframe id="survey" title="Survey" src={`${process.env.NEXT_PUBLIC_TRACKER}/survey.html`} />
    </Allowed>
  );
}

export default function Now() {
  return (
    <main>
      <h1>Now</h1>
      <Suspense fallback={<p>Soon</p>}>
        <Late />
      </Suspense>
    </main>
  );
}
