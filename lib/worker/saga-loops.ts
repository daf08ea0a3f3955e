import { choreographiesLease, sagaResultsLease } from "#lib/domain/clusters/lease.ts";
import type { Runtime } from "#lib/runtime.ts";
import { keepLease, type Leased } from "#lib/worker/keep-lease.ts";
import { countSagas } from "#lib/worker/loops/count-sagas.ts";
import { foldChoreographiesOf } from "#lib/worker/loops/fold-choreographies.ts";
import { readResults } from "#lib/worker/loops/read-command-results.ts";
import { sendSagaCommands } from "#lib/worker/loops/send-saga-commands.ts";

interface Looping {
  readonly leased: Omit<Leased, "name">;
  /** The pause between two looks; undefined leaves each loop its own. */
  readonly beatMs: number | undefined;
}

type Running = Pick<Runtime, "config" | "db" | "kafka" | "log" | "now" | "sagas">;

/**
 * sagaLoops runs what sagas need of a worker: choreographies are folded, sagas counted over time, commands of batches
 * sent and their answers read. Each promise resolves when its loop has ended with the signal.
 */
export function sagaLoops(runtime: Running, looping: Looping): Promise<void>[] {
  const { db, log, now, sagas } = runtime;
  const counts = keepLease({ ...looping.leased, name: "saga-counts" }, (lease, held) =>
    countSagas({ db, now, log, sagas }, lease, held),
  );
  return [counts, ...foldLoops(runtime, looping), ...commandLoops(runtime, looping)];
}

/** Follows the declared choreographies, a loop a cluster that has any. */
function foldLoops(runtime: Running, { leased, beatMs }: Looping): Promise<void>[] {
  const { db, now, log } = runtime;
  return [...Map.groupBy(runtime.config.choreographies, ({ cluster }) => cluster)].map(([cluster, maps]) => {
    const loop = { cluster, maps, kafka: runtime.kafka(cluster), db, now, log };
    return keepLease({ ...leased, name: choreographiesLease(cluster) }, (lease, held) =>
      foldChoreographiesOf(beatMs === undefined ? loop : { ...loop, beatMs }, lease, held),
    );
  });
}

/** Sends the commands of batches, and reads the answers on each cluster with services that take commands. */
function commandLoops(runtime: Running, { leased, beatMs }: Looping): Promise<void>[] {
  const { db, kafka, log, now, sagas } = runtime;
  const taking = sagas.sources.filter(({ facts }) => facts.readOnly === null);
  if (sagas.sources.length === 0) return [];
  const beat = beatMs === undefined ? {} : { beatMs };
  const sending = keepLease({ ...leased, name: "saga-commands" }, (lease, held) =>
    sendSagaCommands({ db, kafka, log, now, sagas, ...beat }, lease, held),
  );
  const clusters = [...new Set(taking.map(({ facts }) => facts.cluster))];
  const reading = clusters.map((cluster) =>
    keepLease({ ...leased, name: sagaResultsLease(cluster) }, (lease, held) =>
      readResults({ cluster, kafka: kafka(cluster), db, log, now, ...beat }, lease, held),
    ),
  );
  return [sending, ...reading];
}
