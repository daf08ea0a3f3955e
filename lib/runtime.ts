import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { listenForHints, type Hint, type HintListener } from "#lib/adapters/db/hints.ts";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { openJsonSchemas, SchemaError } from "#lib/adapters/schemas/json-schemas.ts";
import type { ClusterAccess } from "#lib/config-clusters.ts";
import { ConfigError } from "#lib/config-error.ts";
import { config, type Config } from "#lib/config.ts";
import { NO_SCHEMAS, type ValueSchemas } from "#lib/domain/jobs/value-schemas.ts";
import { makeLog, type Log } from "#lib/log.ts";
import { AppError } from "#lib/services/app-error.ts";
import { openScript } from "#lib/adapters/sandbox/run-script.ts";
import { openProcessedEvents } from "#lib/adapters/tables/processed-events.ts";
import { openOutboxes } from "#lib/adapters/tables/outboxes.ts";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { Ctx, JobTools, SagaTools } from "#lib/services/ctx.ts";

/** Runtime is the one composition of a process: its configuration, clock, log and adapters. */
export interface Runtime {
  readonly config: Config;
  readonly log: Log;
  readonly db: Db;
  /** Epoch ms. */
  readonly now: () => number;
  /** A UUIDv7. */
  readonly newId: () => string;
  /** The adapter of one cluster of the config; throws AppError `cluster_unknown` for any other id. */
  readonly kafka: (clusterId: string) => KafkaCluster;
  /** What copy jobs are planned and made with. */
  readonly jobs: JobTools;
  /** Where sagas are read, and what commands to them are signed with. */
  readonly sagas: SagaTools;
  readonly ctxFor: (who: Pick<Ctx, "actor" | "requestId" | "signal">) => Ctx;
  /** Opens a LISTEN for live hints; `onGap` says that hints may have been missed. */
  readonly listen: (hear: { onHint: (hint: Hint) => void; onGap: () => void }) => HintListener;
  close(): Promise<void>;
}

const KEY = Symbol.for("sluice.runtime");

/**
 * runtime is this process's {@link Runtime}, made on first use and kept on globalThis: in one Next process a module
 * that a page, a route and instrumentation.ts load exists three times.
 */
export function runtime(): Runtime {
  const place = globalThis as { [KEY]?: Runtime };
  return (place[KEY] ??= makeRuntime());
}

function makeRuntime(): Runtime {
  const settings = config();
  const now = (): number => Date.now();
  const newId = (): string => v7();
  const log = makeLog("sluice", settings.logLevel);
  const db = openDb({ url: settings.databaseUrl, applicationName: "sluice", poolSize: 10, now, log });
  const opened = new Map<string, KafkaCluster>();
  const kafka = (clusterId: string): KafkaCluster => {
    const access = settings.clusters.find(({ id }) => id === clusterId);
    if (access === undefined)
      throw new AppError("cluster_unknown", "The configuration names no such cluster.");
    const cluster = opened.get(clusterId) ?? openCluster(access, now);
    opened.set(clusterId, cluster);
    return cluster;
  };
  const processed = openProcessedEvents({ databases: settings.databases, log });
  const jobs = jobToolsOf(settings, processed);
  const sagas = sagaToolsOf(settings, { now, log });
  const clusters = settings.clusters.map(({ id, name, color, readOnly }) => ({ id, name, color, readOnly }));
  return {
    config: settings,
    log,
    db,
    now,
    newId,
    kafka,
    jobs,
    sagas,
    ctxFor: (who) => ({ ...who, now, newId, log, clusters, db, kafka, jobs, sagas }),
    listen: (hear) => listenForHints({ url: settings.databaseUrl, ...hear, log }),
    async close() {
      await Promise.all([...opened.values()].map((cluster) => cluster.close()));
      await Promise.all([
        db.close(),
        processed.close(),
        ...sagas.sources.map((source) => source.close()),
        sagas.outbox.close(),
      ]);
    },
  };
}

function jobToolsOf({ clusters, jobs }: Config, processed: JobTools["processed"]): JobTools {
  const schemas = schemasOf(clusters);
  return {
    settings: jobs,
    openScript,
    processed,
    generic: (clusterId) => {
      const fields = clusters.find(({ id }) => id === clusterId)?.deadLetters.headers;
      return fields === undefined ? undefined : { fields };
    },
    schemas: (clusterId) => schemas.get(clusterId) ?? NO_SCHEMAS,
  };
}

/** The schemas of each cluster's topics, compiled. Throws ConfigError for one that is none: then nothing starts. */
function schemasOf(clusters: Config["clusters"]): Map<string, ValueSchemas> {
  try {
    return new Map(clusters.map(({ id, schemas = [] }) => [id, openJsonSchemas(schemas)]));
  } catch (error) {
    if (error instanceof SchemaError) throw new ConfigError(error.message, error);
    throw error;
  }
}

function sagaToolsOf(settings: Config, { now, log }: Pick<Runtime, "now" | "log">): SagaTools {
  const { clusters, databases, choreographies, sagaCommandKey: commandKey } = settings;
  const refusal = (cluster: string): string | null => {
    if (clusters.some(({ id, readOnly }) => id === cluster && readOnly))
      return `The configuration makes the cluster ${cluster} read-only.`;
    return commandKey === null
      ? "The configuration sets no sagas.commandKey, which commands are signed with."
      : null;
  };
  const sources = openSagaSources({ databases, refusal, now, log });
  return { sources, choreographies, outbox: openOutboxes({ databases, log }), commandKey };
}

function openCluster(access: ClusterAccess, now: () => number): KafkaCluster {
  const { brokers, tls, sasl, readOnly, masking = [], schemaRegistry = null } = access;
  const reading = { masking, schemaRegistry };
  return openKafkaCluster({ bootstrap: brokers, clientId: "sluice", tls, sasl, readOnly, now, ...reading });
}
