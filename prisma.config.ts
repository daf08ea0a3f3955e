import { defineConfig } from "prisma/config";

// `prisma generate` asks for its native schema engine although it never runs it. Naming any existing executable
// keeps the install free of a download; migrations are applied by scripts/migrate.ts (docs/adr/0003).
process.env["PRISMA_SCHEMA_ENGINE_BINARY"] ??= process.execPath;

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
});
