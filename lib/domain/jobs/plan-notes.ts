import type { AffectedGroup, JobPlan, PlanNote } from "#lib/domain/jobs/job-plan.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";

/** What a plan found besides its numbers. */
export interface PlanFindings {
  spec: Pick<JobSpec, "kind" | "source" | "target" | "stale" | "processed" | "transform">;
  plan: Pick<JobPlan, "records" | "targets" | "groups" | "held" | "processed" | "sources" | "shadows">;
  /** Named by their id and not there, or twins of others. */
  missing: number;
  /** Records whose headers do not tell where they came from. */
  withoutOrigin: number;
  /** Target topics that are not there. */
  missingTargets: readonly string[];
  /** Targets where no rule hides what is hidden in a source. */
  unmasked: readonly string[];
}

const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
const names = (groups: readonly AffectedGroup[]): string =>
  [...new Set(groups.map(({ group }) => group))].join(", ");

/** planWarnings is all that a plan has to say to who starts it, the weightiest first. */
export function planWarnings(found: PlanFindings): PlanNote[] {
  return [...aboutGroups(found), ...aboutRecords(found), ...always(found)];
}

function aboutGroups({ spec, plan }: PlanFindings): PlanNote[] {
  const { groups, targets } = plan;
  const notes: PlanNote[] = [];
  const others = groups.filter(({ role }) => role === "other");
  if (others.length > 0 && spec.target.kind === "source")
    notes.push({
      code: "source_topic_readers",
      sentence: `Every group of the source topic sees these records again, not only the one that failed: ${names(others)}.`,
    });
  else if (others.length > 0)
    notes.push({ code: "other_readers", sentence: `These groups see the copies too: ${names(others)}.` });
  const external = groups.filter(({ effects }) => effects === "external");
  if (external.length > 0)
    notes.push({
      code: "external_effects",
      sentence:
        spec.kind === "replay"
          ? `Reading again has effects outside for: ${names(external)}. A second person has to agree.`
          : `Reading again has effects outside for: ${names(external)}.`,
    });
  if (spec.target.kind === "shadow") notes.push(...aboutShadows(plan));
  for (const { topic } of targets)
    if (spec.target.kind !== "shadow" && !groups.some((each) => each.topic === topic))
      notes.push({
        code: "no_reader",
        sentence: `No group is seen to read ${topic}: the copies wait there until one does.`,
      });
  if (groups.some(({ isolation }) => isolation !== "read_committed"))
    notes.push({
      code: "read_uncommitted",
      sentence:
        "A group that reads uncommitted may see up to one transaction twice after a crash; each copy carries sluice-redrive-id. Groups whose isolation is not declared are taken for such.",
    });
  return notes;
}

/** What is made for a replay beside production, and who takes it away again. */
function aboutShadows({ shadows, targets }: Pick<JobPlan, "shadows" | "targets">): PlanNote[] {
  const made = shadows.filter(({ topic }) => !targets.some((each) => each.topic === topic));
  if (made.length === 0) return [];
  const topics = made.map(({ topic }) => topic).join(", ");
  const sentence = `The start makes ${topics}. ${made.length === 1 ? "It keeps" : "They keep"} records for 7 days; Sluice does not take ${made.length === 1 ? "it" : "them"} away.`;
  return [{ code: "shadows_made", sentence }];
}

function aboutRecords({ spec, plan, missing, withoutOrigin, ...found }: PlanFindings): PlanNote[] {
  const notes: PlanNote[] = [];
  const { processed, held } = plan;
  const swallowed = spec.processed === "send" ? processed.processed : 0;
  if (swallowed > 0)
    notes.push({
      code: "processed_already",
      sentence: `The group has processed ${many(swallowed, "event")} of these already and would swallow them.`,
    });
  if (processed["past-window"] > 0)
    notes.push({
      code: "past_window",
      sentence: `${many(processed["past-window"], "record is", "records are")} older than the group remembers events: it may process them twice.`,
    });
  const unknown = held.find(({ code }) => code === "order_unknown")?.count ?? 0;
  if (unknown > 0)
    notes.push({
      code: "order_unknown",
      sentence: `Of ${many(unknown, "record")} nobody can tell whether newer ones of the key were read: they are held, and sent by choice.`,
    });
  if (withoutOrigin > 0)
    notes.push({
      code: "origin_unknown",
      sentence: `${many(withoutOrigin, "record does", "records do")} not tell where they came from: they go last, in the order of the dead letters.`,
    });
  if (missing > 0)
    notes.push({
      code: "missing",
      sentence: `${many(missing, "dead letter is", "dead letters are")} left out: forgotten, or twins of others.`,
    });
  for (const topic of found.unmasked)
    notes.push({
      code: "masking_lost",
      sentence: `Fields that are hidden in the source can be read in ${topic}: no masking rule covers it.`,
    });
  for (const topic of found.missingTargets)
    notes.push({
      code: "target_missing",
      sentence:
        spec.target.kind === "way-in"
          ? `The way in ${topic} is not there: the group's service makes it when it starts.`
          : `The topic ${topic} is not there.`,
    });
  return notes;
}

function always({ spec, plan }: PlanFindings): PlanNote[] {
  const committed = plan.groups.filter(({ isolation }) => isolation === "read_committed");
  const notes: PlanNote[] = [];
  if (spec.target.kind !== "source")
    notes.push({
      code: "partition_by_key",
      sentence: "The copies go to partitions by their keys, as Java's partitioner would send them.",
    });
  if (committed.length > 0)
    notes.push({
      code: "transactions_stall",
      sentence: `While a transaction is open, a second at most, these groups wait at it: ${names(committed)}.`,
    });
  notes.push({ code: "consumers_unseen", sentence: "Consumers without commits cannot be seen." });
  return notes;
}
