import { describe, expect, it } from "vitest";

import { deadLetterFindings, withFindings } from "#components/clusters/dead-letter-findings.ts";
import type { FailureKind } from "#lib/domain/dead-letters/dead-letter.ts";

const COUNTS = { open: 0, "in-redrive": 0, passed: 0, returned: 0, unknown: 0, discarded: 0, expired: 0 };

function cause(
  kind: FailureKind,
  {
    open = 1,
    spark = [1],
    group = "payments",
  }: { open?: number; spark?: number[]; group?: string | null } = {},
) {
  const counts = { ...COUNTS, open };
  const verdict = { kind, sentence: "" };
  return { id: "c1", causeClass: "com.acme.PriceException", group, counts, spark, verdict };
}

describe("dead letters among the findings of a cluster", () => {
  it("are told of a cause that grew in the last hour, with what it looks like", () => {
    expect(deadLetterFindings([cause("outage", { open: 35, spark: [0, 20, 15] })])).toEqual([
      {
        tone: "critical",
        feature: "dead-letters",
        subject: "c1",
        sentence: "35 new dead letters of payments in the last hour: PriceException, looks like an outage.",
      },
    ]);
    expect(deadLetterFindings([cause("poison-pill", { group: null })])[0]?.sentence).toBe(
      "1 new dead letter in the last hour: PriceException, looks like a poison pill.",
    );
  });

  it("are not told of a cause that stands still, nor of one that was dealt with", () => {
    expect(deadLetterFindings([cause("outage", { spark: [0, 0] }), cause("outage", { open: 0 })])).toEqual(
      [],
    );
  });

  it("name three causes at most", () => {
    expect(deadLetterFindings(Array.from({ length: 9 }, () => cause("unclear")))).toHaveLength(3);
  });

  it("stand by their tone among the cluster's own", () => {
    const own = (tone: "critical" | "notice") => ({
      tone,
      feature: "groups" as const,
      subject: "g",
      sentence: tone,
    });
    const merged = withFindings(
      [own("critical"), own("notice")],
      deadLetterFindings([cause("poison-pill"), cause("outage")]),
    );
    expect(merged.map(({ feature, tone }) => `${tone} ${feature}`)).toEqual([
      "critical groups",
      "critical dead-letters",
      "warning dead-letters",
      "notice groups",
    ]);
  });
});
