/**
 * Headers that every answer carries. The content security policy of pages needs a fresh nonce for each
 * request and is set in proxy.ts; what is not a page runs nothing at all.
 */
const EVERYWHERE = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
];

/** @type {import("next").NextConfig} */
const config = {
  // Turbopack cannot bundle the crc32 binary, which the Kafka client and our own reader load, nor QuickJS's WebAssembly.
  serverExternalPackages: [
    "@platformatic/kafka",
    "@node-rs/crc32",
    "@jitl/quickjs-wasmfile-release-sync",
    "quickjs-emscripten-core",
  ],
  poweredByHeader: false,
  typedRoutes: false,
  reactStrictMode: true,
  devIndicators: false,
  // `npm run check` checks the types of the whole tree, tests included; a build of the console does not wait for it.
  typescript: { ignoreBuildErrors: true },
  headers() {
    return Promise.resolve([
      { source: "/:path*", headers: EVERYWHERE },
      {
        source: "/api/:path*",
        headers: [
          { key: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'" },
          { key: "Cache-Control", value: "no-store" },
        ],
      },
    ]);
  },
};

export default config;
