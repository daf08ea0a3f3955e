import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listSagaDefinitions as contract } from "#lib/contracts/sagas.ts";
import { adviceOf } from "#lib/domain/sagas/fold-choreography-steps.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { askSources, sagaSources, unknownSource } from "#lib/services/sagas/sources.ts";

type Answer = OutputOf<typeof contract>;

/**
 * listSagaDefinitions answers the types of sagas with live figures. Beside the sources that cannot be read, `failures`
 * say what should be set up otherwise: a login that may write.
 */
export async function listSagaDefinitions(ctx: Ctx, input: InputOf<typeof contract>): Promise<Answer> {
  const { source: wanted, type } = input.query;
  const sources = sagaSources(ctx, wanted);
  const [{ answers, failures }, advice] = await Promise.all([
    askSources(sources, (source) => definitionsOf(ctx, source, type)),
    askSources(sources, (source) => source.advice?.(ctx.signal) ?? Promise.resolve([])),
  ]);
  const told = advice.answers.flatMap(({ source: { facts }, answer }) =>
    answer.map((reason) => ({ subject: facts.id, reason })),
  );
  return {
    items: answers.flatMap(({ answer }) => answer),
    failures: [...unknownSource(sources, wanted), ...failures, ...told],
    observedAt: ctx.now(),
  };
}

/** The types of one source, one after the other: a source has two connections. */
async function definitionsOf(
  { sagas, signal }: Ctx,
  source: SagaSource,
  type: string | undefined,
): Promise<Answer["items"]> {
  const { id, kind } = source.facts;
  const items: Answer["items"] = [];
  for (const definition of await source.definitions(signal)) {
    if (type !== undefined && definition.type !== type) continue;
    const { duration, steps } = await source.figures(definition.type, signal);
    const map =
      kind === "choreographed"
        ? sagas.choreographies.find((each) => each.cluster === id && each.type === definition.type)
        : undefined;
    items.push({
      ...definition,
      steps: definition.steps.map((step) => ({ ...step, replyTopics: [...step.replyTopics] })),
      kind,
      duration,
      stepFigures: steps.map((step) => ({ ...step })),
      advice: map === undefined ? null : adviceOf(map),
    });
  }
  return items;
}
