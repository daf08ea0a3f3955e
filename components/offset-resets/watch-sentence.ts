import type { Tone } from "#components/ui/tone.ts";
import type { ResetWatch } from "#lib/domain/offset-resets/offset-reset.ts";
import { partitionsPhrase } from "#lib/domain/time/phrase.ts";

/** watchSentence says what the half minute after a reset showed, the worst first. */
export function watchSentence({ endedAt, lookedAt, findings }: ResetWatch): { tone: Tone; sentence: string } {
  const count = (what: (typeof findings)[number]["what"]): number =>
    findings.filter((each) => each.what === what).length;
  const still = endedAt === null ? " The commits are read again for half a minute." : "";
  if (count("overwritten") > 0) {
    return {
      tone: "critical",
      sentence: `${partitionsPhrase(count("overwritten"))} ${count("overwritten") === 1 ? "was" : "were"} overwritten while the group had no members: a consumer with assigned partitions runs. Stop it and reset again.${still}`,
    };
  }
  if (count("moved-back") > 0) {
    return {
      tone: "warning",
      sentence: `On ${partitionsPhrase(count("moved-back"))} a member committed an earlier offset.${still}`,
    };
  }
  if (count("read-on") > 0) {
    return {
      tone: "ok",
      sentence: `The group reads again, from where it was put: ${partitionsPhrase(count("read-on"))} moved on.${still}`,
    };
  }
  if (lookedAt === null) return { tone: "notice", sentence: `Applied.${still}` };
  return {
    tone: "ok",
    sentence:
      endedAt === null
        ? `Applied, and every commit is where it was put.${still}`
        : "Every commit stayed where it was put for the half minute after.",
  };
}
