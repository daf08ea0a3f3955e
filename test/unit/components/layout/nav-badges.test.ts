import { describe, expect, it } from "vitest";

import { navEntryAt } from "#components/layout/nav.ts";
import { newCausesBadge } from "#components/layout/use-nav-badges.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { FailureKind } from "#lib/domain/dead-letters/dead-letter.ts";

const cause = (firstSeenAt: number, kind: FailureKind = "poison-pill") => ({
  firstSeenAt,
  verdict: { kind, sentence: "" },
});

describe("the badge of dead letters", () => {
  it("counts causes that began after those last looked at", () => {
    expect(newCausesBadge([cause(10), cause(20), cause(30)], 10)).toEqual({ count: 2, tone: "warning" });
  });
  it("is critical for a new outage, not for one that was seen", () => {
    expect(newCausesBadge([cause(20, "outage")], 10)?.tone).toBe("critical");
    expect(newCausesBadge([cause(10, "outage"), cause(20)], 10)?.tone).toBe("warning");
  });
  it("is not drawn where nothing is new", () => {
    expect(newCausesBadge([cause(10)], 10)).toBeUndefined();
    expect(newCausesBadge([], 0)).toBeUndefined();
  });
});

it.each([paths.deadLetters("dev"), paths.deadLetterCause("dev", "x"), paths.deadLetterTopics("dev")])(
  "%s belongs to the dead letters",
  (pathname) => {
    expect(navEntryAt(pathname, "dev")?.id).toBe("dead-letters");
  },
);
