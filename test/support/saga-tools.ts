import type { SagaTools } from "#lib/services/ctx.ts";

const outbox: SagaTools["outbox"] = { unsent: () => Promise.resolve([]), close: () => Promise.resolve() };

/** The tools of sagas as a configuration that says nothing makes them: no source, no choreography, no key. */
export function testSagaTools(change: Partial<SagaTools> = {}): SagaTools {
  return { sources: [], choreographies: [], outbox, commandKey: null, ...change };
}
