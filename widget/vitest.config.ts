import { defineConfig } from "vitest/config";

export default defineConfig({
  define: { SIGNALS: "true", GPP: "true" },
  test: {
    root: import.meta.dirname,
    environment: "happy-dom",
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
