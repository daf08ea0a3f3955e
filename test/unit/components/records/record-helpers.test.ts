import { describe, expect, test } from "vitest";

import { envelopeLinks, headerHref } from "#components/records/envelope-links.ts";
import { columnText, jsonColumn, offeredPaths, type JsonColumn } from "#components/records/json-column.ts";
import { bodyOf, draftFaults, draftOf, emptyDraft } from "#components/records/produce-draft.ts";
import { recordFile } from "#components/records/record-files.ts";
import { recordAtOf, recordKey } from "#components/records/record-key.ts";
import { fileText } from "#components/ui/table-file.ts";
import { MASK } from "#lib/domain/records/record-search.ts";
import type { Decoder, ShownField, ShownHeader, ShownRecord } from "#lib/domain/records/record.ts";

const field = (text: string, decoder: Decoder = "json", cut = false): ShownField => ({
  ...{ sizeBytes: text.length, decoder, text, cut, schema: null, failures: [] },
});
const header = (
  name: string,
  text: string | null,
  form: "text" | "int" | "long" | "hex" = "text",
  sizeBytes = 4,
): ShownHeader => ({ name, value: text === null ? null : { text, form, sizeBytes, cut: false } });
const RECORD: ShownRecord = {
  ...{ topic: "order.created", topicId: "id", partition: 3, offset: 9_007_199_254_740_993n, at: 0 },
  ...{ stampedBy: "producer", sizeBytes: 10, transactional: false, key: field("=1+1", "text") },
  value: field('{"id":12345678901234567890,"lines":[{"sku":"A"},{"sku":"B"}],"a b":{"c":null}}'),
  ...{ headers: [], masked: [] },
};
const column = (path: string): JsonColumn => {
  const read = jsonColumn(path);
  if (typeof read === "string") throw new Error(read);
  return read;
};

test("a record's place is one text and back; what is none is null", () => {
  expect(recordAtOf(recordKey(RECORD))).toEqual({
    ...{ topic: "order.created", partition: 3, offset: 9_007_199_254_740_993n },
  });
  expect([recordAtOf("a/b"), recordAtOf("a/x/1"), recordAtOf("")]).toEqual([null, null, null]);
});

describe("a column of a JSON path", () => {
  test.each([
    ["id", "12345678901234567890"],
    ["lines[*].sku", "A, B"],
    ["lines[0]", '{"sku":"A"}'],
    ['["a b"].c', "null"],
    ["absent", null],
    ["constructor", null],
  ])("%s shows %s", (path, text) => {
    expect(columnText(column(path), RECORD)).toBe(text);
  });

  test("key: looks into the key; text that is no JSON and JSON that was cut have nothing", () => {
    expect(columnText(column("key:id"), { key: field('{"id":"k"}'), value: null })).toBe("k");
    expect(columnText(column("id"), { key: null, value: field("plain", "text") })).toBeNull();
    expect(columnText(column("id"), { key: null, value: field('{"id":1}', "json", true) })).toBeNull();
  });

  test("paths of the values shown are offered, and a path that cannot be read is refused", () => {
    expect(offeredPaths([RECORD])).toEqual(["id", "lines", '["a b"].c']);
    expect(typeof jsonColumn("a..b")).toBe("string");
    expect(typeof jsonColumn("$")).toBe("string");
  });
});

test("files keep every digit, guard formulas, and end with the picked columns", () => {
  const columns = recordFile([column("id")]);
  const [head, row] = fileText("csv", columns, [RECORD]).split("\r\n");
  expect(head).toMatch(/^topic,partition,offset,at,.*,id$/);
  expect(row).toMatch(
    /^order\.created,3,9007199254740993,1970-01-01T00:00:00\.000Z,producer,10,'=1\+1,text,/,
  );
  const lines = fileText("ndjson", columns, [RECORD, RECORD]).trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { offset: string }).offset)).toEqual([
    "9007199254740993",
    "9007199254740993",
  ]);
});

describe("the kit's envelope", () => {
  const of = { cluster: "dev", topics: ["a", "b"] };
  const headers = [header("event-id", "e1"), header("correlation-id", "c1"), header("event-id", "e2")];

  test("leads to the same correlation and to what the event caused, over the topics chosen", () => {
    const links = envelopeLinks(of, headers);
    expect(links.map(({ label, id }) => [label, id])).toEqual([
      ["Correlation", "c1"],
      ["Event", "e2"],
    ]);
    const query = new URL(links[1]!.href, "http://x").searchParams;
    expect(query.get("topic")).toBe("a,b");
    expect(JSON.parse(query.get("where")!)).toEqual([{ kind: "header", name: "causation-id", value: "e2" }]);
  });

  test("other headers, nulls and bytes lead nowhere", () => {
    expect(envelopeLinks(of, [header("x", "1")])).toEqual([]);
    expect(headerHref(of, header("x", "1"))).toBeNull();
    expect(headerHref(of, header("event-id", null))).toBeNull();
    expect(headerHref(of, header("event-id", "00ff", "hex"))).toBeNull();
  });
});

describe("producing again from a record", () => {
  test("takes over text, bytes, nulls and the order of headers", () => {
    const { draft, left } = draftOf({
      ...RECORD,
      key: field("00ff10", "hex"),
      headers: [header("a", "1"), header("n", null), header("a", "-2", "int"), header("l", "7", "long", 8)],
    });
    expect(left).toEqual([]);
    expect(bodyOf({ ...draft, reason: " why not " })).toEqual({
      ...{ topic: "order.created", partition: null, reason: "why not" },
      key: { text: "AP8Q", encoding: "base64" },
      value: { text: RECORD.value!.text, encoding: "utf8" },
      headers: [
        { name: "a", value: { text: "1", encoding: "utf8" } },
        { name: "n", value: null },
        { name: "a", value: { text: "/////g==", encoding: "base64" } },
        { name: "l", value: { text: "AAAAAAAAAAc=", encoding: "base64" } },
      ],
    });
  });

  test("says what it cannot take over: masked, cut, decoded by a schema", () => {
    const { draft, left } = draftOf({
      ...RECORD,
      key: field("k", "avro"),
      value: field(`{"card":"${MASK}"}`),
      headers: [header("authorization", MASK)],
      masked: ["value.card", "header.authorization"],
    });
    expect(left).toHaveLength(3);
    expect(draft).toMatchObject({ key: { text: "" }, value: { text: "" }, headers: [] });
    expect(draftOf({ ...RECORD, value: field("x", "text", true) }).left).toHaveLength(1);
  });

  test("a draft says what it lacks", () => {
    expect(draftFaults({ ...emptyDraft(""), partition: "x" })).toEqual({
      topic: "Give the topic.",
      partition: "A whole number, or nothing: then the key decides.",
      reason: "Say why, in a few words: it is kept in the audit.",
    });
    expect(draftFaults({ ...emptyDraft("t"), reason: "a reason" })).toEqual({});
  });
});
