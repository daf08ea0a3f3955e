import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import { stuckAlone } from "#lib/domain/sagas/stuck-alone.ts";
import type { Saga, SagaRow, SagaStuck } from "#lib/domain/sagas/saga.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { explainStuck } from "#lib/services/sagas/explain-stuck.ts";
import { askSources, sagaSources, type SourceFailure } from "#lib/services/sagas/sources.ts";

/** Of how many stuck sagas of a page the evidence is looked up; the rest keep what their source told. */
const EXPLAINED = 50;

/** refineStuck gives the stuck sagas of a page the reason that evidence tells, in place of their source's guess. */
export async function refineStuck(
  ctx: Ctx,
  rows: readonly SagaRow[],
): Promise<{ rows: SagaRow[]; failures: SourceFailure[] }> {
  const stuck = rows.filter(({ state }) => state === "stuck").slice(0, EXPLAINED);
  if (stuck.length === 0) return { rows: [...rows], failures: [] };
  const ids = new Set(stuck.map(({ source }) => source));
  const { answers, failures } = await askSources(
    sagaSources(ctx).filter(({ facts }) => ids.has(facts.id)),
    (source) =>
      sagasOf(
        source,
        stuck.filter((row) => row.source === source.facts.id),
        ctx.signal,
      ),
  );
  const reasons = await stuckReasons(
    ctx,
    answers.flatMap(({ answer }) => answer),
  );
  return {
    rows: rows.map((row) => {
      const told = reasons.get(row.id);
      return told === undefined ? row : { ...row, stuck: { kind: told.kind, sentence: told.sentence } };
    }),
    failures,
  };
}

/** stuckReasons are why sagas do not go on, by the console's id: what evidence tells, else what their source does. */
export async function stuckReasons(ctx: Ctx, sagas: readonly Saga[]): Promise<Map<string, SagaStuck>> {
  const explained = await explainStuck(ctx, sagas, ctx.signal);
  const reasons = new Map<string, SagaStuck>();
  for (const saga of sagas) {
    const reason = explained.get(saga.id);
    const told = reason === undefined ? stuckAlone(saga) : withOwnEvidence(saga, reason);
    if (told !== null) reasons.set(saga.id, told);
  }
  return reasons;
}

/** Evidence that the source holds belongs to the reason that the source gave. */
function withOwnEvidence({ stuck, ownEvidence = [] }: Saga, reason: SagaStuck): SagaStuck {
  if (reason.kind !== stuck?.kind || ownEvidence.length === 0) return reason;
  return { ...reason, evidence: [...ownEvidence, ...reason.evidence] };
}

/** The sagas of rows with their steps; a saga that is gone since is left out. */
async function sagasOf(source: SagaSource, rows: readonly SagaRow[], signal: AbortSignal): Promise<Saga[]> {
  if (source.getMany !== undefined) return source.getMany(rows, signal);
  const found: Saga[] = [];
  for (const { type, sagaId } of rows) {
    const saga = await source.get(type, sagaId, signal);
    if (saga !== null) found.push(saga);
  }
  return found;
}
