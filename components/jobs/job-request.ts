import type { Asked } from "#lib/client/call.ts";
import type { planJob } from "#lib/contracts/jobs.ts";
import type { DeadLetterSelection, JobSource } from "#lib/domain/jobs/job-source.ts";
import type { JobSpec, JobTarget, Pace } from "#lib/domain/jobs/job.ts";

import type { Faults, JobDraft } from "./job-draft.ts";
import { edgeOf, linesOf, partitionsOf } from "./range-draft.ts";
import { rateOf } from "./rate.ts";
import { transformOf } from "./transform-draft.ts";

/** What a draft copies: a frozen set of dead letters, or the ranges that it describes itself. */
export type Chosen = { kind: "dead-letters"; selection: DeadLetterSelection } | { kind: "ranges" };

/** What a draft needs beside itself to become a request. */
export interface Surroundings {
  chosen: Chosen;
  /** The group that gave up on the dead letters; null where it is not known. */
  failingGroup: string | null;
  /** How the job is called where nothing was written. */
  defaultName: string;
}

type Body = Asked<typeof planJob>["body"];

/** requestOf makes the request of a plan out of a draft, or says what is wrong with which field. */
export function requestOf(draft: JobDraft, around: Surroundings): { body: Body } | { faults: Faults } {
  const faults: Faults = {};
  const take = <Value>(result: { ok: Value } | { faults: Faults }): Value | undefined => {
    if ("ok" in result) return result.ok;
    Object.assign(faults, result.faults);
    return undefined;
  };
  const source = take(sourceOf(draft, around.chosen));
  const transform = take(transformOf(draft));
  const target = take(targetOf(draft, around));
  const ranges = around.chosen.kind === "ranges";
  const pace = ranges && draft.target === "group" ? OWN_PACE : take(paceOf(draft));
  if (source === undefined || transform === undefined || target === undefined || pace === undefined)
    return { faults };
  return {
    body: {
      kind: ranges ? draft.purpose : "redrive",
      name: draft.name.trim() === "" ? around.defaultName : draft.name.trim(),
      description: draft.description.trim(),
      source,
      transform,
      target,
      pace,
      stale: draft.stale,
      times: ranges && target.kind !== "group" ? draft.times : "new",
      processed: draft.processed,
    } satisfies JobSpec,
  };
}

function sourceOf(draft: JobDraft, chosen: Chosen): { ok: JobSource } | { faults: Faults } {
  if (chosen.kind === "dead-letters") return { ok: chosen };
  const from = edgeOf(draft.from);
  const to = edgeOf(draft.to);
  const partitions = partitionsOf(draft.partitions);
  const faults: Faults = {
    ...(draft.topics.length === 0 ? { topics: "Choose a topic." } : {}),
    ...(partitions === "fault" ? { partitions: "Write partitions as 0, 2, 5-7, or leave it empty." } : {}),
    ...("fault" in from ? { from: from.fault } : {}),
    ...("fault" in to ? { to: to.fault } : {}),
  };
  if (Object.keys(faults).length > 0 || "fault" in from || "fault" in to || partitions === "fault")
    return { faults };
  return {
    ok: {
      kind: "ranges",
      topics: draft.topics.map((topic) => ({ topic, partitions })),
      from: from.edge,
      to: to.edge,
      keys: linesOf(draft.keys),
      eventTypes: linesOf(draft.eventTypes),
    },
  };
}

function targetOf(draft: JobDraft, { failingGroup }: Surroundings): { ok: JobTarget } | { faults: Faults } {
  const { target, group, topic, shadow } = draft;
  switch (target) {
    case "group":
      return groupOf(draft);
    case "shadow":
      return SHADOW_NAME.test(shadow)
        ? { ok: { kind: "shadow", name: shadow } }
        : { faults: { shadow: "Write 1 to 32 small letters, digits or hyphens." } };
    case "source":
      return { ok: { kind: "source" } };
    case "topic":
      return topic === "" ? { faults: { topic: "Choose the topic." } } : { ok: { kind: "topic", topic } };
    case "way-in": {
      const reader = group ?? failingGroup;
      return reader === null || reader === ""
        ? { faults: { group: "Name the group that reads them again." } }
        : { ok: { kind: "way-in", group: reader } };
    }
  }
}

const SHADOW_NAME = /^[a-z0-9-]{1,32}$/;

/** A group reads each record again as it is: what only copies can do stands against it. */
function groupOf(draft: JobDraft): { ok: JobTarget } | { faults: Faults } {
  const group = draft.group ?? "";
  const { value, newEventId, setHeaders, dropHeaders } = draft;
  const against = [
    ...(draft.keys.trim() === "" ? [] : ["keys"]),
    ...(draft.eventTypes.trim() === "" ? [] : ["event types"]),
    ...(draft.to.kind === "end" ? [] : ["an end"]),
    ...(draft.from.kind === "end" ? ["a beginning at the end"] : []),
    ...(value !== "none" || newEventId || setHeaders.length > 0 || dropHeaders.trim() !== ""
      ? ["a change on the way"]
      : []),
  ];
  const faults: Faults = {
    ...(group === "" ? { group: "Name the group that reads them again." } : {}),
    ...(against.length === 0
      ? {}
      : {
          target: `A group reads every record again as it is, up to where it stood. The first step asks for ${against.join(", ")}: take that back there, or choose a shadow topic.`,
        }),
  };
  return Object.keys(faults).length > 0 ? { faults } : { ok: { kind: "group", group } };
}

/** A group that is set back reads as fast as it does. */
const OWN_PACE: Pace = { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 100 };

function paceOf(draft: JobDraft): { ok: Pace } | { faults: Faults } {
  const rate = rateOf(draft.rate);
  const percent = draft.stopPercent.trim() === "" ? Number.NaN : Number(draft.stopPercent);
  const window = windowOf(draft);
  const faults: Faults = {
    ...("fault" in rate ? { rate: rate.fault } : {}),
    ...(percent >= 0 && percent <= 100 ? {} : { stopPercent: "Give a number from 0 to 100." }),
    ...(window === "fault" ? { window: "Give two different times." } : {}),
  };
  if ("fault" in rate || window === "fault" || Object.keys(faults).length > 0) return { faults };
  return {
    ok: { recordsPerSecond: rate.rate, canary: draft.canary, window, stopAtReturnedPercent: percent },
  };
}

function windowOf({ windowed, windowFrom, windowTo }: JobDraft): Pace["window"] | "fault" {
  if (!windowed) return null;
  const [fromMinute, toMinute] = [minuteOf(windowFrom), minuteOf(windowTo)];
  return fromMinute === null || toMinute === null || fromMinute === toMinute
    ? "fault"
    : { fromMinute, toMinute };
}

function minuteOf(text: string): number | null {
  const [, hours, minutes] = /^(\d{2}):(\d{2})/.exec(text) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}
