import type { Db } from "#lib/adapters/db/db.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { Actor } from "#lib/domain/access/user.ts";
import type { GenericDialect } from "#lib/domain/dead-letters/dialects/generic.ts";
import type { JobSettings } from "#lib/domain/jobs/job-settings.ts";
import type { ValueSchemas } from "#lib/domain/jobs/value-schemas.ts";
import type { ProcessedLookup } from "#lib/adapters/tables/processed-lookup.ts";
import type { OpenScript } from "#lib/domain/jobs/script.ts";
import type { OutboxLookup } from "#lib/adapters/tables/outbox-lookup.ts";
import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { ChoreographyMap } from "#lib/domain/sagas/choreography.ts";
import type { Log } from "#lib/log.ts";

/** A cluster of the config, without its secrets. */
export interface ClusterConfig {
  readonly id: string;
  readonly name: string;
  readonly color: string | null;
  readonly readOnly: boolean;
}

/** JobTools is what copy jobs are planned and made with, beside the cluster and the database. */
export interface JobTools {
  readonly settings: JobSettings;
  readonly openScript: OpenScript;
  /** What the users' databases tell of processed events. */
  readonly processed: ProcessedLookup;
  /** A home-made convention of dead letters of a cluster; undefined where it has none. */
  readonly generic: (clusterId: string) => GenericDialect | undefined;
  /** What the values of a cluster's topics must keep to. */
  readonly schemas: (clusterId: string) => ValueSchemas;
}

/** SagaTools is where sagas are read, and what commands to them are signed with. */
export interface SagaTools {
  /** The users' databases that keep sagas; choreographies are read from the console's own database. */
  readonly sources: readonly SagaSource[];
  readonly choreographies: readonly ChoreographyMap[];
  /** What the kit's outboxes in the users' databases have not sent. */
  readonly outbox: OutboxLookup;
  /** A secret; null where the configuration sets none, and no command is offered. */
  readonly commandKey: string | null;
}

/** Ctx is all that a service may touch: who asks, the clock, ids, the log, and the adapters. */
export interface Ctx {
  readonly actor: Actor;
  /** Epoch ms. */
  readonly now: () => number;
  /** A UUIDv7. */
  readonly newId: () => string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly requestId: string;
  readonly clusters: readonly ClusterConfig[];
  readonly db: Db;
  /** The adapter of one cluster of the config; throws AppError `cluster_unknown` for any other id. */
  readonly kafka: (clusterId: string) => KafkaCluster;
  readonly jobs: JobTools;
  readonly sagas: SagaTools;
}
