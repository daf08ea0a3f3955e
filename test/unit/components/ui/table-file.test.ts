import { describe, expect, test } from "vitest";

import { fileName, fileText, instantText, type FileColumn } from "#components/ui/table-file.ts";

interface Row {
  id: string;
  offset: bigint | null;
  share: number;
  topics: string[];
  at: number | null;
}

const COLUMNS: readonly FileColumn<Row>[] = [
  { name: "group", value: (row) => row.id },
  { name: "committed_offset", value: (row) => row.offset },
  { name: "share", value: (row) => row.share },
  { name: "topics", value: (row) => row.topics },
  { name: "seen", value: (row) => row.at !== null },
  { name: "at", value: (row) => instantText(row.at) },
];
const ROWS: Row[] = [
  { id: "=cmd()", offset: 9_007_199_254_740_993n, share: 0.5, topics: ["a", "b"], at: 0 },
  { id: 'say "x"', offset: null, share: -1, topics: [], at: null },
];

describe("a list as a file", () => {
  test("CSV has a head, guards formulas, keeps every digit and leaves the unknown empty", () => {
    expect(fileText("csv", COLUMNS, ROWS)).toBe(
      [
        "group,committed_offset,share,topics,seen,at",
        "'=cmd(),9007199254740993,0.5,a b,true,1970-01-01T00:00:00.000Z",
        '"say ""x""",,-1,,false,',
        "",
      ].join("\r\n"),
    );
  });

  test("JSON is an array of objects: offsets as text, lists as lists, the unknown as null", () => {
    expect(JSON.parse(fileText("json", COLUMNS, ROWS))).toEqual([
      {
        group: "=cmd()",
        committed_offset: "9007199254740993",
        share: 0.5,
        topics: ["a", "b"],
        seen: true,
        at: "1970-01-01T00:00:00.000Z",
      },
      { group: 'say "x"', committed_offset: null, share: -1, topics: [], seen: false, at: null },
    ]);
  });

  test.each([
    [["staging", "groups"], "csv", "staging-groups-20261122T104207Z.csv"],
    [["demo", "a/b c%d", "partitions"], "json", "demo-a-b-c-d-partitions-20261122T104207Z.json"],
    [["demo", "..", "members"], "csv", "demo-members-20261122T104207Z.csv"],
    [["demo", ""], "csv", "demo-20261122T104207Z.csv"],
  ] as const)("%j as %s is called %s", (parts, form, name) => {
    expect(fileName(parts, Date.UTC(2026, 10, 22, 10, 42, 7, 113), form)).toBe(name);
  });
});
