/**
 * The walls of the house (ARCHITECTURE.md, "Who may import whom"). Each rule is proven by a planted breach in
 * test/unit/architecture/walls.test.ts.
 */
const OURS = "^(app|components|lib|stack|kit|demo|scripts|prisma|test|bench)/";
/**
 * What `from` matches may reach only `allowed` among our own folders; packages are ruled apart.
 * @param {string} name
 * @param {{ from: string, allowed: string | string[], comment: string }} wall
 * @returns {import("dependency-cruiser").IForbiddenRuleType}
 */
const within = (name, { from, allowed, comment }) => ({
  name,
  severity: "error",
  comment,
  from: { path: from },
  to: { path: OURS, pathNot: allowed },
});

/** @type {{ forbidden: import("dependency-cruiser").IForbiddenRuleType[], options: import("dependency-cruiser").ICruiseOptions }} */
export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-folder-cycles",
      severity: "error",
      comment: "Rooms of a floor import each other one way.",
      scope: "folder",
      from: { path: "^lib/(domain|services|adapters)/[^/]+$" },
      to: { circular: true },
    },
    {
      name: "no-unresolved",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: ["^\\.next/"] },
    },
    {
      name: "domain-is-pure",
      severity: "error",
      comment: "The domain imports only the domain.",
      from: { path: "^lib/domain/" },
      to: { pathNot: "^lib/domain/" },
    },
    {
      name: "contracts-are-browser-safe",
      severity: "error",
      comment: "Contracts import the domain and zod.",
      from: { path: "^lib/contracts/" },
      to: { pathNot: ["^lib/(domain|contracts)/", "(^|/)node_modules/zod/"] },
    },
    within("adapters-see-domain-only", {
      from: "^lib/adapters/([^/]+)/",
      allowed: ["^lib/domain/", "^lib/adapters/$1/", "^lib/log\\.ts$", "^prisma/generated/"],
      comment: "An adapter imports the domain, its own room and the Log type.",
    }),
    {
      name: "only-db-imports-prisma",
      severity: "error",
      from: { pathNot: ["^lib/adapters/db/", "^prisma/", "^test/"] },
      to: { path: ["^prisma/generated/", "(^|/)node_modules/@prisma/"] },
    },
    {
      name: "one-console-kafka-client",
      severity: "error",
      comment: "In lib only adapters/kafka imports @platformatic/kafka; in the kit only codecs.ts.",
      from: { pathNot: ["^lib/adapters/kafka/", "^kit/codecs\\.ts$", "^test/", "^bench/"] },
      to: { path: "(^|/)node_modules/@platformatic/kafka/" },
    },
    {
      name: "kafkajs-belongs-to-the-kit",
      severity: "error",
      from: { pathNot: ["^kit/", "^demo/", "^test/", "^bench/", "^stack/"] },
      to: { path: "(^|/)node_modules/kafkajs/" },
    },
    within("services-see-adapter-types-only", {
      from: "^lib/services/",
      allowed: ["^lib/(domain|contracts|services)/", "^lib/log\\.ts$", "^lib/adapters/"],
      comment: "Services import domain, contracts and services; adapters as types (next rule).",
    }),
    {
      name: "services-import-no-adapter-code",
      severity: "error",
      from: { path: "^lib/services/" },
      to: { path: "^lib/adapters/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "runtime-is-the-composition-root",
      severity: "error",
      from: {
        pathNot: ["^lib/(http|worker)/", "^instrumentation\\.ts$", "^test/", "^lib/runtime\\.ts$"],
      },
      to: { path: "^lib/runtime\\.ts$" },
    },
    {
      name: "worker-sees-no-web",
      severity: "error",
      from: { path: "^lib/worker/" },
      to: { path: ["^lib/(http|client)/", "^app/", "^components/"] },
    },
    {
      name: "nobody-imports-worker",
      severity: "error",
      from: { pathNot: ["^lib/worker/", "^test/", "^bench/"] },
      to: { path: "^lib/worker/" },
    },
    within("routes-are-shims", {
      from: "^app/api/.*route\\.ts$",
      allowed: ["^lib/(http|contracts|services)/"],
      comment: "A route imports http, contracts and services.",
    }),
    within("pages-compose-views", {
      from: "^app/.*(page|layout|error|loading|not-found|default)\\.tsx$",
      allowed: ["^components/", "^lib/http/", "^lib/contracts/", "^app/.*\\.css$", "^lib/client/"],
      comment: "A page imports views and the session guard.",
    }),
    within("components-look-one-way", {
      from: "^components/",
      allowed: ["^components/", "^lib/(client|contracts|domain)/"],
      comment: "Components import client, contracts and domain.",
    }),
    {
      name: "features-reach-each-other-by-link",
      severity: "error",
      from: { path: "^components/([^/]+)/", pathNot: "^components/(ui|charts|layout)/" },
      to: { path: "^components/([^/]+)/", pathNot: ["^components/$1/", "^components/(ui|charts|layout)/"] },
    },
    {
      name: "ui-knows-no-feature",
      severity: "error",
      from: { path: "^components/(ui|charts)/" },
      to: { path: ["^components/", "^lib/(client|contracts)/"], pathNot: "^components/(ui|charts)/" },
    },
    within("client-is-thin", {
      from: "^lib/client/",
      allowed: ["^lib/(client|contracts|domain)/"],
      comment: "Client code imports contracts and the domain.",
    }),
    {
      name: "lib-stands-alone",
      severity: "error",
      from: { path: ["^lib/", "^app/", "^components/"] },
      to: { path: "^(kit|demo|stack|scripts|test|bench)/" },
    },
    {
      name: "kit-stands-alone",
      severity: "error",
      from: { path: "^kit/" },
      to: { path: OURS, pathNot: "^kit/" },
    },
    {
      name: "stack-stands-alone",
      severity: "error",
      from: { path: "^stack/" },
      to: { path: OURS, pathNot: "^stack/" },
    },
    {
      name: "demo-is-a-customer",
      severity: "error",
      comment: "The shop uses the kit as any service would; it sees nothing of the console.",
      from: { path: "^demo/" },
      to: { path: OURS, pathNot: "^(demo|kit)/" },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "prisma/generated"] },
    exclude: { path: ["^\\.next/", "^\\.cache/", "^\\.sluice/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
