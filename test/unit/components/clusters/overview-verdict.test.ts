import { describe, expect, it } from "vitest";

import { findingHref } from "#components/clusters/finding-href.ts";
import { overviewVerdict, unnamedGroups } from "#components/clusters/overview-verdict.ts";
import type { ClusterOverview, Sampling } from "#lib/domain/clusters/cluster.ts";
import type { Tone } from "#lib/domain/health/tone.ts";

function overview(
  tones: readonly Tone[],
  sampling: Sampling = { state: "live", lastSampleAt: 0 },
): ClusterOverview {
  return {
    cluster: {
      id: "staging",
      name: "Staging",
      color: null,
      readOnly: false,
      kafkaClusterId: null,
      reachability: { state: "reachable", sinceAt: 0 },
      sampling,
      sweep: null,
      brokerCount: 1,
      topicCount: 1,
      groupCount: 1,
    },
    findings: tones.map((tone) => ({ tone, feature: "groups", subject: "g", sentence: "s" })),
    produceRate: null,
    consumeRate: null,
    lag: null,
    groupsByVerdict: {
      rewind: 0,
      stall: 0,
      stop: 0,
      warn: tones.filter((tone) => tone !== "notice").length,
      ok: 0,
      unknown: 0,
    },
  };
}

describe("the sentence over the overview", () => {
  it.each([
    [[], "All is quiet.", "ok"],
    [["warning"], "1 thing needs you.", "warning"],
    [["critical", "warning"], "2 things need you.", "critical"],
    [["warning", "warning", "notice"], "2 things need you.", "warning"],
    [["notice"], "Nothing needs you; there is something to know.", "notice"],
  ] as const)("%o: %s", (tones, sentence, tone) => {
    expect(overviewVerdict(overview(tones))).toEqual({ sentence, tone });
  });

  it("does not call a cluster quiet that was never sampled", () => {
    expect(overviewVerdict(overview([], { state: "never" })).tone).toBe("notice");
  });
});

describe("groups in trouble that no finding names", () => {
  it("counts them with what needs somebody", () => {
    const many = {
      ...overview(["warning"]),
      groupsByVerdict: { ...overview([]).groupsByVerdict, warn: 50, ok: 3 },
    };
    expect(unnamedGroups(many)).toBe(49);
    expect(overviewVerdict(many).sentence).toBe("50 things need you.");
  });

  it("is never negative while a count lags behind", () => {
    expect(unnamedGroups({ ...overview(["warning"]), groupsByVerdict: overview([]).groupsByVerdict })).toBe(
      0,
    );
  });
});

describe("the evidence of a finding", () => {
  it.each([
    ["groups", "a/b c%d", "/clusters/c/groups/a%2Fb%20c%25d"],
    ["topics", "order.order.created", "/clusters/c/topics/order.order.created"],
    ["brokers", "3", "/clusters/c/brokers"],
    ["clusters", "c", "/settings/clusters"],
    ["sagas", "order fulfilment", "/sagas?state=stuck&type=order+fulfilment"],
  ] as const)("a finding on %s leads to its page", (feature, subject, href) => {
    expect(findingHref("c", { feature, subject })).toBe(href);
  });
});
