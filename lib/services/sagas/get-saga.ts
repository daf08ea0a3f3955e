import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getSaga as contract } from "#lib/contracts/sagas.ts";
import { offeredCommands } from "#lib/domain/sagas/offered-commands.ts";
import type { SagaDefinition } from "#lib/domain/sagas/saga-definition.ts";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { findSaga } from "#lib/services/sagas/find-saga.ts";
import { readPage } from "#lib/services/sagas/merge-sources.ts";
import { stuckReasons } from "#lib/services/sagas/refine-stuck.ts";
import { showSaga, showRows, whyHidden } from "#lib/services/sagas/show-saga.ts";
import { askSource, sagaSources } from "#lib/services/sagas/sources.ts";

/** How many sagas of the same correlation id are shown. */
const RELATED = 20;

/**
 * getSaga answers one saga with its steps, its journal, why it is stuck, what may be done to it and the sagas of the
 * same correlation id; payloads only to who may read records, and none that a masking rule covers. Throws AppError `saga_unknown`, `saga_source_unreadable`.
 */
export async function getSaga(ctx: Ctx, input: InputOf<typeof contract>): Promise<OutputOf<typeof contract>> {
  const { source, saga: kept } = await findSaga(ctx, input.params.id);
  const saga = showSaga(kept, whyHidden(ctx, kept));
  const [definitions, related, reasons] = await Promise.all([
    askSource(() => source.definitions(ctx.signal)),
    relatedTo(ctx, saga),
    stuckReasons(ctx, [saga]),
  ]);
  const { readOnly } = source.facts;
  const stuck = saga.state === "stuck" ? reasons.get(saga.id) : undefined;
  const definition = definitions.find(({ type }) => type === saga.type);
  return {
    ...saga,
    steps: [...saga.steps],
    journal: [...saga.journal],
    missing: [...saga.missing],
    stuck: stuck === undefined ? null : { ...stuck, evidence: [...stuck.evidence] },
    commands: offeredCommands(saga, readOnly),
    readOnly,
    definition: definition === undefined ? null : wireDefinition(definition),
    related,
    observedAt: ctx.now(),
  };
}

const wireDefinition = ({
  steps,
  ...definition
}: SagaDefinition): OutputOf<typeof contract>["definition"] => ({
  ...definition,
  steps: steps.map((step) => ({ ...step, replyTopics: [...step.replyTopics] })),
});

/** Sagas of the same correlation id in any source that can be read. */
async function relatedTo(ctx: Ctx, { id, correlationId }: SagaRow): Promise<SagaRow[]> {
  if (correlationId === null) return [];
  const { rows } = await readPage(sagaSources(ctx), (source) =>
    source.list({ correlation: correlationId, after: null, limit: RELATED + 1 }, ctx.signal),
  );
  const others = rows.map(({ row }) => row).filter((row) => row.id !== id);
  return showRows(ctx, others.slice(0, RELATED));
}
