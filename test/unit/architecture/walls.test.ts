import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type IViolation } from "dependency-cruiser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import config from "#.dependency-cruiser.js";

/** Each rule of the walls with one file that breaks it: where it stands and what it imports. */
const BREACHES: { rule: string; from: string; imports: string; typeOnly?: boolean }[] = [
  { rule: "no-cycles", from: "lib/domain/topics/cycle-a.ts", imports: "#lib/domain/topics/cycle-b.ts" },
  { rule: "no-folder-cycles", from: "lib/domain/groups/back.ts", imports: "#lib/domain/time/there.ts" },
  { rule: "no-unresolved", from: "lib/domain/topics/lost.ts", imports: "#lib/domain/topics/nowhere.ts" },
  { rule: "domain-is-pure", from: "lib/domain/topics/a.ts", imports: "node:crypto" },
  { rule: "domain-is-pure", from: "lib/domain/topics/b.ts", imports: "#lib/contracts/wire.ts" },
  {
    rule: "domain-is-pure",
    from: "lib/domain/topics/t.ts",
    imports: "#lib/contracts/wire.ts",
    typeOnly: true,
  },
  { rule: "contracts-are-browser-safe", from: "lib/contracts/a.ts", imports: "pino" },
  { rule: "contracts-are-browser-safe", from: "lib/contracts/b.ts", imports: "#lib/services/a.ts" },
  { rule: "adapters-see-domain-only", from: "lib/adapters/db/a.ts", imports: "#lib/adapters/kafka/room.ts" },
  { rule: "adapters-see-domain-only", from: "lib/adapters/kafka/b.ts", imports: "#lib/contracts/wire.ts" },
  { rule: "only-db-imports-prisma", from: "lib/services/prisma.ts", imports: "#prisma/generated/client.ts" },
  { rule: "one-console-kafka-client", from: "lib/worker/kafka.ts", imports: "@platformatic/kafka" },
  { rule: "kafkajs-belongs-to-the-kit", from: "lib/adapters/kafka/c.ts", imports: "kafkajs" },
  { rule: "services-see-adapter-types-only", from: "lib/services/c.ts", imports: "#lib/http/room.ts" },
  {
    rule: "services-import-no-adapter-code",
    from: "lib/services/d.ts",
    imports: "#lib/adapters/kafka/room.ts",
  },
  { rule: "runtime-is-the-composition-root", from: "lib/services/e.ts", imports: "#lib/runtime.ts" },
  { rule: "worker-sees-no-web", from: "lib/worker/web.ts", imports: "#lib/http/room.ts" },
  { rule: "nobody-imports-worker", from: "lib/http/worker.ts", imports: "#lib/worker/room.ts" },
  { rule: "routes-are-shims", from: "app/api/v1/x/route.ts", imports: "#lib/adapters/kafka/room.ts" },
  { rule: "pages-compose-views", from: "app/x/page.tsx", imports: "#lib/services/room.ts" },
  { rule: "components-look-one-way", from: "components/groups/a.tsx", imports: "#lib/services/room.ts" },
  {
    rule: "features-reach-each-other-by-link",
    from: "components/groups/b.tsx",
    imports: "#components/topics/room.tsx",
  },
  { rule: "ui-knows-no-feature", from: "components/ui/a.tsx", imports: "#components/topics/room.tsx" },
  { rule: "client-is-thin", from: "lib/client/a.ts", imports: "#lib/services/room.ts" },
  { rule: "lib-stands-alone", from: "lib/services/f.ts", imports: "#kit/room.ts" },
  { rule: "kit-stands-alone", from: "kit/a.ts", imports: "#lib/domain/room.ts" },
  { rule: "stack-stands-alone", from: "stack/a.ts", imports: "#lib/domain/room.ts" },
  { rule: "demo-is-a-customer", from: "demo/a.ts", imports: "#lib/domain/room.ts" },
];

/** Innocent rooms for the breaches to reach into. */
const ROOMS = [
  "lib/adapters/kafka/room.ts",
  "lib/contracts/wire.ts",
  "lib/domain/room.ts",
  "lib/http/room.ts",
  "lib/runtime.ts",
  "lib/services/a.ts",
  "lib/services/room.ts",
  "lib/worker/room.ts",
  "components/topics/room.tsx",
  "kit/room.ts",
  "prisma/generated/client.ts",
];

let folder: string;
let violations: IViolation[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "walls-"));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  symlinkSync(join(import.meta.dirname, "../../../node_modules"), join(folder, "node_modules"));
  put("package.json", JSON.stringify({ type: "module", imports: { "#*": "./*" } }));
  put(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { module: "esnext", moduleResolution: "bundler" } }),
  );
  for (const room of ROOMS) put(room, "export const room = 1;\nexport type Room = 1;\n");
  for (const { from, imports, typeOnly } of BREACHES) {
    put(
      from,
      typeOnly
        ? `import type { Room } from "${imports}";\nexport type R = Room;\n`
        : `import "${imports}";\n`,
    );
  }
  put("lib/domain/topics/cycle-b.ts", 'import "#lib/domain/topics/cycle-a.ts";\n');
  put("lib/domain/time/there.ts", 'import "#lib/domain/groups/other.ts";\n');
  put("lib/domain/groups/other.ts", "export {};\n");
  const { output } = await cruise(["app", "components", "lib", "stack", "kit", "demo"], {
    ...config.options,
    baseDir: folder,
    ruleSet: { forbidden: config.forbidden },
    validate: true,
  });
  if (typeof output === "string") throw new Error("dependency-cruiser answered with text.");
  violations = output.summary.violations;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the walls of the house", () => {
  it.each(BREACHES)("$rule stops $from from importing $imports", ({ rule, from }) => {
    // A rule on folders names the folder.
    const places = [from, dirname(from)];
    expect(violations.filter((v) => places.includes(v.from)).map((v) => v.rule.name)).toContain(rule);
  });

  it("has a planted breach for every rule", () => {
    const planted = new Set(BREACHES.map(({ rule }) => rule));
    const rules = (config.forbidden as { name: string }[]).map(({ name }) => name);
    expect(rules.filter((name) => !planted.has(name))).toEqual([]);
  });

  it("finds no fault with the rooms that break nothing", () => {
    expect(violations.filter((v) => ROOMS.includes(v.from))).toEqual([]);
  });
});
