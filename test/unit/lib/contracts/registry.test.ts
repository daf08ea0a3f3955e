import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ENDPOINTS } from "#lib/contracts/registry.ts";
import { routeFiles } from "../../../support/console-routes.ts";

/** Routes that answer no contract: streams, text, next-auth, and what nobody serves. */
const WITHOUT_CONTRACT = [
  "/api/[[...path]]",
  "/api/auth/[...nextauth]",
  "/api/health",
  "/api/health/ready",
  "/api/metrics",
  "/api/openapi.json",
  "/api/v1/live",
];

/** What a route file serves, read off its source: `GET: withRoute(listUsersContract, listUsers`. */
async function served(file: string): Promise<string[]> {
  const source = await readFile(file, "utf8");
  return [
    ...source.matchAll(/(GET|POST|PATCH|PUT|DELETE): with(?:Route|Stream)\(\s*(\w+)Contract,\s*(\w+)/g),
  ].map(([, method, contract, service]) => {
    if (contract !== service) throw new Error(`${file} serves ${String(contract)} with ${String(service)}.`);
    return String(method);
  });
}

test("every endpoint of the registry has its route, and every route its endpoint", async () => {
  const routes = (await routeFiles()).filter(({ template }) => !WITHOUT_CONTRACT.includes(template));
  const methods = await Promise.all(
    routes.map(async ({ template, file }) => (await served(file)).map((method) => `${method} ${template}`)),
  );
  expect(methods.flat().sort()).toEqual(ENDPOINTS.map(({ method, path }) => `${method} ${path}`).sort());
});

test("the routes without a contract are the known ones", async () => {
  const templates = (await routeFiles()).map(({ template }) => template);
  expect(templates.filter((template) => WITHOUT_CONTRACT.includes(template)).sort()).toEqual(
    WITHOUT_CONTRACT,
  );
});

test("each placeholder of a path is a parameter of its contract", () => {
  for (const { path, params } of ENDPOINTS) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    // A number's digits are a name too; what they are read to differs. An id that must be longer is one.
    const of = (value: string): Record<string, string> =>
      Object.fromEntries(names.map((name) => [name, value]));
    const given = params.safeParse(of("7")).success ? of("7") : of("01980f2e-7a3e-7bbb-8bbb-0123456789ab");
    const read = Object.entries(params.parse(given) as object).map(([name, value]) => [name, String(value)]);
    expect(Object.fromEntries(read), path).toEqual(given);
    for (const name of names) {
      const rest = Object.fromEntries(Object.entries(given).filter(([each]) => each !== name));
      expect(params.safeParse(rest).success, `${path} without ${name}`).toBe(false);
    }
  }
});
