import {
  countsOf,
  countsStatement,
  durationsStatement,
  percentilesOf,
  standingStatement,
  stepsStatement,
  stuckCountsStatement,
  typesStatement,
  type CountRow,
  type DurationRow,
  type StepFigureRow,
} from "#lib/adapters/tables/sagas/kit-figures.sql.ts";
import { listStatement } from "#lib/adapters/tables/sagas/kit-list.sql.ts";
import { sagaRowOf, type KitInstance } from "#lib/adapters/tables/sagas/kit-rows.ts";
import { readDefinitions, readSaga, readSagas } from "#lib/adapters/tables/sagas/kit-saga.ts";
import type { SagaSource, SourceCount, TypeFigures } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";

const TABLES = ["saga_definition", "saga_instance", "saga_step", "saga_journal"];

/** kitSource reads the tables of `kit/saga` (their columns are documented there). */
export function kitSource(tables: SagaTables): SagaSource {
  const { facts, schema, now } = tables;
  return {
    facts,
    async list(query, signal) {
      const rows = await tables.query<KitInstance>(listStatement(schema, query, now()), signal);
      return rows.map((row) => sagaRowOf(facts, row));
    },
    get: (type, sagaId, signal) => readSaga(tables, { type, sagaId }, signal),
    getMany: (of, signal) => readSagas(tables, of, signal),
    counts: (signal) => countSagas(tables, signal),
    definitions: (signal) => readDefinitions(tables, signal),
    figures: (type, signal) => figuresOf(tables, type, signal),
    advice: (signal) => tables.mayWrite(TABLES, signal),
    close: () => tables.close(),
  };
}

async function countSagas(tables: SagaTables, signal: AbortSignal): Promise<SourceCount[]> {
  const { schema, now } = tables;
  const types = await tables.query<{ saga_type: string }>(typesStatement(schema), signal);
  const [all, stuck] = await Promise.all([
    tables.query<CountRow>(
      countsStatement(
        schema,
        types.map((row) => row.saga_type),
      ),
      signal,
    ),
    tables.query<CountRow>(stuckCountsStatement(schema, now()), signal),
  ]);
  return countsOf(all, stuck);
}

async function figuresOf(tables: SagaTables, type: string, signal: AbortSignal): Promise<TypeFigures> {
  const { schema, now } = tables;
  const [whole, steps, standing] = await Promise.all([
    tables.query<DurationRow>(durationsStatement(schema, type), signal),
    tables.query<StepFigureRow>(stepsStatement(schema, type), signal),
    tables.query<{ step: string; n: string; stuck: string }>(standingStatement(schema, type, now()), signal),
  ]);
  const named = [...new Set([...standing, ...steps].map(({ step }) => step))];
  return {
    duration: percentilesOf(whole[0]),
    steps: named.map((step) => {
      const told = steps.find((each) => each.step === step);
      const stands = standing.find((each) => each.step === step);
      const tried = Number(told?.tried ?? 0);
      return {
        step,
        standing: Number(stands?.n ?? 0),
        stuck: Number(stands?.stuck ?? 0),
        failureRate: told === undefined || tried === 0 ? null : Number(told.failed) / tried,
        duration: percentilesOf(told),
      };
    }),
  };
}
