import {
  burstOf,
  groupsAlike,
  sharesOf,
  spreadOf,
  topicsAlike,
  type Burst,
  type CauseFacts,
  type FailedShares,
  type KeySpread,
} from "#lib/domain/dead-letters/cause-evidence.ts";
import type { FailureKind, FailureVerdict } from "#lib/domain/dead-letters/dead-letter.ts";
import { leaningOf, type FailureLeaning } from "#lib/domain/dead-letters/failure-words.ts";

/** Under so many dead letters nothing is said. */
const ENOUGH = 3;
/** At least half of what the group went through failed: other records succeed no more. */
const MOST = 0.5;
/** Less than a fifth failed by this cause: the flow succeeds otherwise. */
const SMALL = 0.2;
/** That a flow is steady is told from so long on: two beats of the sweep, for one may begin before the fault. */
const STEADY_MS = 18_000;

interface Evidence {
  facts: CauseFacts;
  burst: Burst | null;
  /** In the burst; where none is left, all whose keys were counted. */
  count: number;
  shares: FailedShares | null;
  spread: KeySpread;
  leaning: FailureLeaning;
  groups: string[];
  topics: string[];
}

/**
 * assessCause tells whether a cause looks like an outage (something that the work needs is down: pause and redrive
 * later) or like poison pills (these records: fix them), with the evidence in the sentence; `unclear` says what is
 * missing. The sentence names classes, groups, topics and numbers, never a message: whoever may not read records may
 * read it. The rules, the first that holds:
 *
 * 1. Fewer than three dead letters: unclear.
 * 2. Few keys take most of them, and the error names no dependency: poison pill.
 * 3. The error names a dependency and the keys are many: outage, whatever else passed.
 * 4. Half and more of what the group went through failed, this cause at least a fifth of it: outage; a faulty release
 *    fails on every record too. Where several groups fail on the record alike, its producer is at fault.
 * 5. The error names the record, or several groups fail alike on the same topic: poison pill.
 * 6. Less than a fifth of what the group went through failed by it, and not most by others: poison pill.
 * 7. Unclear.
 *
 * When nothing comes any more, the verdict that stood is kept: what it was told by is no longer at hand.
 */
export function assessCause(facts: CauseFacts): FailureVerdict {
  const evidence = evidenceOf(facts);
  const held = facts.verdict;
  if (evidence.burst === null && held !== undefined && held.kind !== "unclear")
    return { kind: held.kind, sentence: held.sentence.replace(/^Looks like/, "Looked like") };
  const kind = kindOf(evidence);
  const opening =
    kind === "outage"
      ? "Looks like an outage"
      : kind === "poison-pill"
        ? "Looks like poison pills"
        : "Not clear yet";
  return { kind, sentence: `${opening}: ${[...tell(evidence), ...missing(kind, evidence)].join("; ")}.` };
}

function evidenceOf(facts: CauseFacts): Evidence {
  const burst = burstOf(facts);
  return {
    facts,
    burst,
    count: burst?.count ?? facts.keySpread?.total ?? 0,
    shares: burst === null ? null : sharesOf(facts, burst),
    spread: spreadOf(facts),
    leaning: leaningOf(facts.causeClass, facts.message),
    groups: groupsAlike(facts),
    topics: topicsAlike(facts),
  };
}

function kindOf({ count, shares, spread, leaning, groups }: Evidence): FailureKind {
  if (count < ENOUGH) return "unclear";
  if (spread === "narrow" && leaning !== "dependency") return "poison-pill";
  if (leaning === "dependency" && spread === "wide") return "outage";
  const most = shares !== null && Math.max(shares.all.group, shares.newest.group) >= MOST;
  const mine = shares !== null && Math.max(shares.all.own, shares.newest.own) >= SMALL;
  const byProducer = leaning === "record" && groups.length > 1;
  if (most && mine && spread !== "narrow" && !byProducer) return "outage";
  if (leaning === "record" || (groups.length > 1 && leaning === "neither")) return "poison-pill";
  const steady = shares !== null && shares.all.overMs >= STEADY_MS && !most && !mine;
  if (steady && leaning === "neither") return "poison-pill";
  return "unclear";
}

/** The evidence in the order of its weight, as parts of a sentence. */
function tell(evidence: Evidence): string[] {
  const { facts, shares, leaning, groups, topics } = evidence;
  const group = facts.group ?? "the group";
  const parts = [howMany(evidence)];
  if (shares !== null) parts.push(...tellShares(shares, group));
  if (leaning === "dependency") parts.push("the error names a connection, a time-out or an overload");
  if (leaning === "record") parts.push(`${facts.causeClass ?? "the error"} is an error of the record`);
  if (groups.length > 1) parts.push(`${groups.join(", ")} fail alike on this topic`);
  if (topics.length > 1) parts.push(`${group} fails alike on ${topics.length} topics`);
  return parts;
}

/** The share that the verdict goes by: of the newest sight where that is the worse. */
function tellShares({ all, newest }: FailedShares, group: string): string[] {
  const share = newest.group >= MOST && all.group < MOST ? newest : all;
  const when = share === all ? "meanwhile" : `in the last ${duration(share.overMs)}`;
  const parts = [`${percent(share.own)} of what ${group} went through ${when}`];
  if (percent(share.group) !== percent(share.own))
    parts.push(`${percent(share.group)} with its other causes`);
  return parts;
}

function howMany({ facts, burst, count, spread }: Evidence): string {
  const letters = count === 1 ? "1 dead letter" : `${thousands(count)} dead letters`;
  const keys = keysOf(facts, spread);
  if (burst === null) return `${letters}${keys}, none of them in the last minutes`;
  const within = ` within ${duration(burst.toAt - burst.fromAt)}`;
  return `${letters}${keys}${within}${burst.isFirst ? ", never before" : ""}`;
}

function keysOf({ keys, keySpread }: CauseFacts, spread: KeySpread): string {
  if (keys === 0) return "";
  const many = keys >= 1_000 ? "1,000 keys or more" : keys === 1 ? "one key" : `${keys} keys`;
  if (spread !== "narrow" || keySpread === null || keys === 1) return ` of ${many}`;
  return ` of ${many}, ${percent(keySpread.most / keySpread.total)} of them of one`;
}

/** What would make an unclear case clear. */
function missing(kind: FailureKind, { count, shares, spread, leaning, facts }: Evidence): string[] {
  if (kind !== "unclear") return [];
  if (count < ENOUGH) return ["too few to tell"];
  const parts: string[] = [];
  if (shares === null) parts.push("it is not known how many other records succeed");
  if (spread === "unknown") {
    parts.push(
      facts.keys === 0 ? "the records carry no keys" : "the keys are too few to tell how they are spread",
    );
  }
  if (leaning === "neither") parts.push("the error names neither a dependency nor the record");
  return parts.length > 0 ? parts : ["the signs contradict each other"];
}

function percent(share: number): string {
  if (share > 0 && share < 0.01) return "less than 1 %";
  return `${Math.round(share * 100)} %`;
}

function thousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function duration(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} minutes`;
}
