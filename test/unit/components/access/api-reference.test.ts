import { describe, expect, it } from "vitest";
import { curlOf } from "#components/access/curl.ts";
import { apiCalls, openApiText } from "#components/access/openapi-document.ts";
import { exampleOf, schemaNote, schemaText } from "#components/access/schema-text.ts";
import { ENDPOINTS } from "#lib/contracts/registry.ts";
import { openApiDocument } from "#lib/http/openapi.ts";

const document = openApiText.parse(JSON.parse(JSON.stringify(openApiDocument())));
const calls = apiCalls(document);
const named = document.components.schemas;
const callOf = (method: string, path: string) =>
  calls.find((call) => call.method === method && call.path === path)!;

describe("the readable page of the API", () => {
  it("has every endpoint of the registry with its feature and permission", () => {
    for (const { method, path, feature, permission } of ENDPOINTS) {
      expect(callOf(method, path)).toMatchObject({
        tag: feature,
        permission: permission === "public" ? null : permission,
      });
    }
  });
  it("shows an answer, and the problem that every call may answer", () => {
    const { answers } = callOf("GET", "/api/v1/clusters/{cluster}/groups/{group}");
    expect(answers.map(({ status }) => status)).toEqual(["200", "default"]);
    expect(answers.every(({ schema }) => schema !== undefined)).toBe(true);
    expect(schemaText(answers[1]!.schema!, named)).toContain('"group_unknown"');
  });
  it("starts a body that the call itself would take", () => {
    const { body } = callOf("POST", "/api/v1/access/tokens");
    expect(exampleOf(body!, named)).toEqual({ name: "...", role: "viewer", expiresInDays: 1 });
  });
});

describe("a schema as text", () => {
  it("reads like a type, with what a type cannot say behind it", () => {
    const text = schemaText(
      {
        type: "object",
        properties: {
          end: { anyOf: [{ type: "string", pattern: "^\\d+$" }, { type: "null" }] },
          at: { type: "string", format: "date-time", pattern: "^long$" },
          lag: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
          states: { type: "array", items: { enum: ["a", "b"] } },
          rows: {
            type: "array",
            items: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
          },
        },
        required: ["end", "at", "lag", "rows"],
      },
      {},
    );
    expect(text).toBe(`{
  end: string | null  // decimal digits
  at: string  // ISO 8601 in UTC
  lag: integer  // 0 or more
  states?: ("a" | "b")[]
  rows: {
    id: string
  }[]
}`);
  });
  it.each([
    [{ type: "string", minLength: 12, maxLength: 200 }, "12 to 200 characters"],
    [{ type: "integer", minimum: 1, maximum: 500, default: 50 }, "1 to 500, default 50"],
    [{ type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, ""],
  ])("%j: %s", (schema, note) => {
    expect(schemaNote(schema)).toBe(note);
  });
});

describe("the command of a call", () => {
  it("fills a variable in, keeps braces, and ends with the address", () => {
    expect(curlOf({ method: "GET", url: "http://h/api/v1/clusters/{cluster}", token: "$SLUICE_TOKEN" })).toBe(
      `curl --fail-with-body --globoff \\\n  --header "authorization: Bearer $SLUICE_TOKEN" \\\n  'http://h/api/v1/clusters/{cluster}'`,
    );
  });
  it("quotes a body for the shell", () => {
    expect(curlOf({ method: "POST", url: "http://h/x", token: null, body: `{"name":"ana's"}` })).toBe(
      `curl --fail-with-body --request POST \\\n  --header 'content-type: application/json' \\\n  --data '{"name":"ana'\\''s"}' \\\n  'http://h/x'`,
    );
  });
});
