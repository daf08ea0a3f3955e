import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ENDPOINTS } from "#lib/contracts/registry.ts";
import { openApiDocument } from "#lib/http/openapi.ts";

type Json = Record<string, unknown>;

/** Follows keys into a document. */
const at = (json: unknown, ...keys: string[]): unknown =>
  keys.reduce((value, key) => (value as Json)[key], json);

describe("the description of the API", () => {
  const document = openApiDocument();
  const answerOf = (path: string, method = "get") =>
    at(document.paths, path, method, "responses", "200", "content", "application/json", "schema");

  test("holds every endpoint", () => {
    for (const { path, method } of ENDPOINTS)
      expect(at(document.paths, path, method.toLowerCase()), path).toBeTruthy();
  });

  test("is the same each time, and the committed file is it", async () => {
    const text = `${JSON.stringify(document, null, 2)}\n`;
    expect(`${JSON.stringify(openApiDocument(), null, 2)}\n`).toBe(text);
    expect(await readFile("public/openapi.json", "utf8")).toBe(text);
  });

  test("an offset is a decimal string, and null where it is unknown", () => {
    const partition = at(
      answerOf("/api/v1/clusters/{cluster}/groups/{group}"),
      "properties",
      "partitions",
      "items",
    );
    expect(at(partition, "properties", "committed")).toEqual({
      anyOf: [{ type: "string", pattern: "^\\d+$" }, { type: "null" }],
    });
  });

  test("an instant is ISO 8601, in answers and in queries", () => {
    const row = at(answerOf("/api/v1/clusters/{cluster}/groups"), "properties", "items", "items");
    expect(at(row, "properties", "observedAt")).toEqual({ type: "string", format: "date-time" });
    const parameters = at(
      document.paths,
      "/api/v1/clusters/{cluster}/history",
      "get",
      "parameters",
    ) as Json[];
    expect(parameters.find(({ name }) => name === "from")).toMatchObject({
      in: "query",
      required: false,
      schema: { type: "string", format: "date-time" },
    });
  });

  test("a defaulted query parameter is optional, and a path parameter is not", () => {
    const parameters = at(document.paths, "/api/v1/clusters/{cluster}/groups", "get", "parameters") as Json[];
    expect(parameters.find(({ name }) => name === "cluster")).toMatchObject({ in: "path", required: true });
    expect(parameters.find(({ name }) => name === "limit")).toMatchObject({
      in: "query",
      required: false,
      schema: { default: 50 },
    });
  });

  test("a search answers lines, not one JSON", () => {
    const path = "/api/v1/clusters/{cluster}/records/search";
    const content = at(document.paths, path, "post", "responses", "200", "content");
    expect(Object.keys(content as object)).toEqual(["application/x-ndjson"]);
  });

  test("operation ids are distinct", () => {
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((operation) => at(operation, "operationId")),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("the secret of a new token is in its answer and in no other", () => {
    const withSecret = ENDPOINTS.filter(({ path, method }) =>
      JSON.stringify(at(document.paths, path, method.toLowerCase(), "responses")).includes('"secret"'),
    );
    expect(withSecret.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /api/v1/access/tokens"]);
  });
});
