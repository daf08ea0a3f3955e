import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaDefinition } from "#lib/domain/sagas/saga-definition.ts";
import type { Saga, SagaRow } from "#lib/domain/sagas/saga.ts";
import { readsRecords } from "#lib/services/access/reads-records.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { askSources, type SourceFailure } from "#lib/services/sagas/sources.ts";

const NOT_ALLOWED = "Payloads and texts of errors are shown to who may read records.";
/** What is taken out of a saga. */
const PAYLOADS = ["data", "input", "output", "error"] as const;

/**
 * whyHidden says why payloads of a saga are not shown: the permission is missing, or a masking rule covers a topic of
 * its messages (its data may hold any field of them); null where they are.
 */
export function whyHidden(
  ctx: Pick<Ctx, "actor" | "kafka">,
  { cluster, steps, journal }: Pick<Saga, "cluster" | "steps" | "journal">,
): string | null {
  if (!readsRecords(ctx)) return NOT_ALLOWED;
  if (cluster === null) return null;
  const topics = [
    ...steps.flatMap(({ commandTopic, compensation }) => [commandTopic, compensation]),
    ...journal.map(({ topic }) => topic),
  ];
  return whyMasked(ctx, cluster, topics);
}

function whyMasked(
  ctx: Pick<Ctx, "kafka">,
  cluster: string,
  topics: readonly (string | null)[],
): string | null {
  const { records } = ctx.kafka(cluster);
  const masked = topics.filter((topic) => topic !== null).find((topic) => records.maskOf(topic).any);
  return masked === undefined ? null : `A masking rule covers ${masked}.`;
}

/** showSaga takes payloads and texts of errors out of a saga where there is a reason to. */
export function showSaga(saga: Saga, why: string | null): Saga {
  if (why === null) return saga;
  return {
    ...showRow(saga),
    data: null,
    parkedReason: null,
    steps: saga.steps.map((step) => ({ ...step, input: null, output: null, error: null })),
    journal: saga.journal.map((entry) => ({
      ...entry,
      data: undefined,
      detail: entry.kind === "refused" || entry.kind === "parked" ? null : entry.detail,
    })),
    missing: [
      ...saga.missing.filter(({ field }) => !(PAYLOADS as readonly string[]).includes(field)),
      ...PAYLOADS.map((field) => ({ field, reason: why })),
    ],
  };
}

/** showRows takes what participants gave as reasons out of rows, unless who asks may read records. */
export function showRows(ctx: Pick<Ctx, "actor">, rows: readonly SagaRow[]): SagaRow[] {
  return readsRecords(ctx) ? [...rows] : rows.map(showRow);
}

/** A reason that quotes a participant is told without the quotation. */
function showRow<Row extends SagaRow>(row: Row): Row {
  if (row.stuck?.kind !== "refused") return row;
  return { ...row, stuck: { ...row.stuck, sentence: `A participant refused ${row.step ?? "its step"}.` } };
}

/** searchable are the sources whose data may be searched by who asks; the others are failures that say why. */
export async function searchable(
  ctx: Ctx,
  sources: readonly SagaSource[],
): Promise<{ sources: SagaSource[]; failures: SourceFailure[] }> {
  if (!readsRecords(ctx))
    return { sources: [], failures: [{ subject: "text", reason: `Nothing was searched. ${NOT_ALLOWED}` }] };
  const { answers, failures } = await askSources(sources, (source) => source.definitions(ctx.signal));
  const found = answers.map(({ source, answer }) => ({
    source,
    why: whyMasked(ctx, source.facts.cluster, answer.flatMap(topicsOfDefinition)),
  }));
  return {
    sources: found.flatMap(({ source, why }) => (why === null ? [source] : [])),
    failures: [
      ...failures,
      ...found.flatMap(({ source, why }) =>
        why === null ? [] : [{ subject: source.facts.id, reason: `Its data is not searched. ${why}` }],
      ),
    ],
  };
}

const topicsOfDefinition = ({ steps }: SagaDefinition): (string | null)[] =>
  steps.flatMap(({ commandTopic, compensationTopic, replyTopics }) => [
    commandTopic,
    compensationTopic,
    ...replyTopics,
  ]);
