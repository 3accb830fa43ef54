import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { SIGNALS: "true", GPP: "true" },
  test: {
    root: import.meta.dirname,
    environment: "happy-dom",
    // Each file has a window and modules of its own all the same, but happy-dom is read once and not for each file. What
    // happy-dom dates by itself, such as the end of a cookie, goes by the real clock: tests wait for it.
    pool: "vmThreads",
    environmentOptions: {
      happyDOM: {
        url: "https://app.example/",
        settings: {
          disableJavaScriptFileLoading: true,
          disableCSSFileLoading: true,
          disableIframePageLoading: true,
          handleDisabledFileLoadingAsSuccess: true,
        },
      },
    },
    include: ["tests/**/*.test.ts"],
  },
});
