import { Allowed } from "placet/next";

export default function Other() {
  return (
    <main>
      <h1>Other</h1>
      <Allowed tracker="survey">
        <iframe id="survey" title="Survey" src={`${process.env.NEXT_PUBLIC_TRACKER}/survey.html`} />
      </Allowed>
    </main>
  );
}
