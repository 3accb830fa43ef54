// A server component, rendered when the application is built: what `Allowed` has in it waits in the browser.
import { Allowed } from "placet/next";
import { Again } from "../components/again";

const tracker = process.env.NEXT_PUBLIC_TRACKER;

export default function Home() {
  return (
    <main>
      <h1>Home</h1>
      <Allowed tracker="survey">
        <iframe id="survey" title="Survey" src={`${tracker}/survey.html`} />
      </Allowed>
      <Allowed category="marketing" fallback={<p id="instead">No advertisement</p>}>
        <img id="pixel" alt="" src={`${tracker}/pixel.gif`} />
      </Allowed>
      <Again tracker={tracker} />
      <button type="button" data-placet="settings">
        Cookie settings
      </button>
    </main>
  );
}
