/**
 * The index of dead letters in a process of its own, which kills itself at a failpoint. Settings come as JSON in
 * FAULT_INDEX; it writes `indexed` when nothing is left to read.
 */
import { setTimeout as delay } from "node:timers/promises";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { indexLease } from "#lib/domain/clusters/lease.ts";
import { makeLog } from "#lib/log.ts";
import { indexDeadLetters } from "#lib/worker/loops/index-dead-letters.ts";

/** FAILPOINTS: before a write, after its statements and before its commit, after the commit and before its answer. */
export const FAILPOINTS = ["before", "within", "after"] as const;

/** What the part is told. */
export interface IndexPartSettings {
  brokers: string;
  databaseUrl: string;
  cluster: string;
  /** Dead letters in all. */
  records: number;
  /** null runs to the end. */
  kill: { at: (typeof FAILPOINTS)[number]; write: number } | null;
}

/** Ends this process as a power cut would. */
async function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
}

/** A database whose nth write of the index meets the failpoint. */
function failing(db: Db, kill: IndexPartSettings["kill"]): Db {
  let writes = 0;
  return {
    ...db,
    async transaction(work, options) {
      let nth = 0;
      const answer = await db.transaction(
        (tx) =>
          work({
            ...tx,
            deadLetterIndex: {
              ...tx.deadLetterIndex,
              async write(cluster, batch) {
                nth = writes += 1;
                if (kill?.at === "before" && kill.write === nth) await die();
                await tx.deadLetterIndex.write(cluster, batch);
                if (kill?.at === "within" && kill.write === nth) await die();
              },
            },
          }),
        options,
      );
      if (kill?.at === "after" && kill.write === nth) await die();
      return answer;
    },
  };
}

if (process.env["FAULT_INDEX"] !== undefined) {
  const settings = JSON.parse(process.env["FAULT_INDEX"]) as IndexPartSettings;
  const { brokers, databaseUrl, cluster, records, kill } = settings;
  const now = (): number => Date.now();
  const log = makeLog("fault", "error");
  const db = openDb({ url: databaseUrl, applicationName: "fault", poolSize: 4, now, log });
  const kafka = openKafkaCluster({
    bootstrap: brokers.split(","),
    clientId: "fault",
    tls: null,
    sasl: null,
    now,
  });
  const wanted = { name: indexLease(cluster), holder: `fault-${process.pid}`, ttlMs: 500 };
  let lease = await db.leases.take(wanted);
  while (lease === null) {
    await delay(50);
    lease = await db.leases.take(wanted);
  }
  const ended = new AbortController();
  const loop = {
    ...{ cluster, kafka, db: failing(db, kill), keepsKey: () => true, now, log, beatMs: 50 },
    settings: { previews: false, floodAt: 100_000_000 },
  };
  const running = indexDeadLetters(loop, lease, ended.signal);
  const left = async (): Promise<number> => {
    const [topic] = await db.deadLetterTopics.indexed(cluster);
    return records - (topic?.nextOffsets ?? []).reduce((sum, offset) => sum + Number(offset), 0);
  };
  while ((await left()) > 0) await delay(50);
  ended.abort();
  await running;
  process.stdout.write("indexed\n");
  await kafka.close();
  await db.close();
}
