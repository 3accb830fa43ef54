/** @type {import("next").NextConfig} */
export default {
  distDir: "dist",
  devIndicators: false,
  reactStrictMode: true,
  turbopack: { root: import.meta.dirname },
};
