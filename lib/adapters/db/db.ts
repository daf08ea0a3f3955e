import { auditStore, type AuditStore } from "#lib/adapters/db/audit.ts";
import { brokerStore, type BrokerStore } from "#lib/adapters/db/brokers.ts";
import { openClient, type DbOptions, type Sql } from "#lib/adapters/db/client.ts";
import { choreographyStore, type ChoreographyStore } from "#lib/adapters/db/choreographies.ts";
import { clusterStore, type ClusterStore } from "#lib/adapters/db/clusters.ts";
import { deadLetterCauseStore, type DeadLetterCauseStore } from "#lib/adapters/db/dead-letter-causes.ts";
import { deadLetterExpiryStore, type DeadLetterExpiryStore } from "#lib/adapters/db/dead-letter-expiry.ts";
import { deadLetterIndexStore, type DeadLetterIndexStore } from "#lib/adapters/db/dead-letter-index.ts";
import { deadLetterJobStore, type DeadLetterJobStore } from "#lib/adapters/db/dead-letter-jobs.ts";
import { deadLetterTopicStore, type DeadLetterTopicStore } from "#lib/adapters/db/dead-letter-topics.ts";
import { deadLetterStore, type DeadLetterStore } from "#lib/adapters/db/dead-letters.ts";
import { groupEventStore, type GroupEventStore } from "#lib/adapters/db/group-events.ts";
import { groupSubscriptionStore, type GroupSubscriptionStore } from "#lib/adapters/db/group-subscriptions.ts";
import { groupStore, type GroupStore } from "#lib/adapters/db/groups.ts";
import { healthStore, type HealthStore } from "#lib/adapters/db/health.ts";
import { hintStore, type HintStore } from "#lib/adapters/db/hints.ts";
import { historyStore, type HistoryStore } from "#lib/adapters/db/history.ts";
import { jobClaimStore, type JobClaimStore } from "#lib/adapters/db/job-claims.ts";
import { jobStore, type JobStore } from "#lib/adapters/db/jobs.ts";
import { muteStore, type MuteStore } from "#lib/adapters/db/mutes.ts";
import { offsetResetStore, type OffsetResetStore } from "#lib/adapters/db/offset-resets.ts";
import { offsetSnapshotStore, type OffsetSnapshotStore } from "#lib/adapters/db/offset-snapshots.ts";
import { jobRunStore, type JobRunStore } from "#lib/adapters/db/job-runs.ts";
import { leaseStore, type LeaseStore } from "#lib/adapters/db/leases.ts";
import { openTransactionStore, type OpenTransactionStore } from "#lib/adapters/db/open-transactions.ts";
import {
  sagaCommandResultStore,
  type SagaCommandResultStore,
} from "#lib/adapters/db/saga-command-results.ts";
import { sagaCommandStore, type SagaCommandStore } from "#lib/adapters/db/saga-commands.ts";
import { rollUpStore, type RollUpStore } from "#lib/adapters/db/roll-ups.ts";
import { sagaCountStore, type SagaCountStore } from "#lib/adapters/db/saga-counts.ts";
import { sagaEvidenceStore, type SagaEvidenceStore } from "#lib/adapters/db/saga-evidence.ts";
import { samplePartitionStore, type SamplePartitionStore } from "#lib/adapters/db/sample-partitions.ts";
import { sessionsStore, type SessionStore } from "#lib/adapters/db/sessions.ts";
import { setUpTokenStore, type SetUpTokenStore } from "#lib/adapters/db/set-up-token.ts";
import { signInThrottleStore, type SignInThrottleStore } from "#lib/adapters/db/sign-in-throttle.ts";
import { sweepStore, type SweepStore } from "#lib/adapters/db/sweeps.ts";
import { topicStore, type TopicStore } from "#lib/adapters/db/topics.ts";
import { tokensStore, type TokenStore } from "#lib/adapters/db/tokens.ts";
import { usersStore, type UserStore } from "#lib/adapters/db/users.ts";

/** Stores are the features' tables. A feature adds its store here and in {@link storesOn}. */
interface Stores {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly signInThrottle: SignInThrottleStore;
  readonly setUpToken: SetUpTokenStore;
  readonly audit: AuditStore;
  readonly health: HealthStore;
  readonly clusters: ClusterStore;
  readonly brokers: BrokerStore;
  readonly groups: GroupStore;
  readonly groupEvents: GroupEventStore;
  readonly groupSubscriptions: GroupSubscriptionStore;
  readonly mutes: MuteStore;
  readonly offsetResets: OffsetResetStore;
  readonly offsetSnapshots: OffsetSnapshotStore;
  readonly topics: TopicStore;
  readonly deadLetters: DeadLetterStore;
  readonly deadLetterCauses: DeadLetterCauseStore;
  readonly deadLetterTopics: DeadLetterTopicStore;
  readonly deadLetterJobs: DeadLetterJobStore;
  readonly deadLetterIndex: DeadLetterIndexStore;
  readonly deadLetterExpiry: DeadLetterExpiryStore;
  readonly jobs: JobStore;
  readonly jobClaims: JobClaimStore;
  readonly openTransactions: OpenTransactionStore;
  readonly history: HistoryStore;
  readonly choreographies: ChoreographyStore;
  readonly sagaEvidence: SagaEvidenceStore;
  readonly sweeps: SweepStore;
  readonly samplePartitions: SamplePartitionStore;
  readonly rollUps: RollUpStore;
  readonly jobRuns: JobRunStore;
  readonly sagaCommands: SagaCommandStore;
  readonly sagaCounts: SagaCountStore;
  readonly sagaCommandResults: SagaCommandResultStore;
  readonly leases: LeaseStore;
  readonly hints: HintStore;
}

/** Tx is the stores inside one transaction. */
export type Tx = Stores;

/**
 * Db is the console's own database. Every method may throw DatabaseUnreachableError; nothing else means that the
 * database is away.
 */
export interface Db extends Stores {
  /** Runs `work` in one transaction, rolled back when it throws. Never opened around a Kafka or HTTP call. */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: { timeoutMs?: number }): Promise<T>;
  /** Answers when the database answers. */
  ping(): Promise<void>;
  /** Names of the migrations that were applied, oldest first. */
  appliedMigrations(): Promise<string[]>;
  /** Since when the database does not answer this process (epoch ms); null while it answers. */
  readonly unreachableSinceAt: number | null;
  close(): Promise<void>;
}

/** openDb opens the database for one process. It connects on first use. */
export function openDb(options: DbOptions): Db {
  const { prisma, watch } = openClient(options);
  return {
    ...storesOn(prisma),
    get unreachableSinceAt() {
      return watch.unreachableSinceAt;
    },
    transaction: (work, { timeoutMs = 8_000 } = {}) =>
      watch.watch(() => prisma.$transaction((sql) => work(storesOn(sql)), { timeout: timeoutMs })),
    async ping() {
      await prisma.$queryRaw`SELECT 1`;
    },
    async appliedMigrations() {
      const rows = await prisma.$queryRaw<{ migration_name: string }[]>`
        SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name`;
      return rows.map((row) => row.migration_name);
    },
    close: () => prisma.$disconnect(),
  };
}

function storesOn(sql: Sql): Stores {
  return {
    users: usersStore(sql),
    sessions: sessionsStore(sql),
    tokens: tokensStore(sql),
    signInThrottle: signInThrottleStore(sql),
    setUpToken: setUpTokenStore(sql),
    audit: auditStore(sql),
    health: healthStore(sql),
    clusters: clusterStore(sql),
    brokers: brokerStore(sql),
    groups: groupStore(sql),
    groupEvents: groupEventStore(sql),
    groupSubscriptions: groupSubscriptionStore(sql),
    mutes: muteStore(sql),
    offsetResets: offsetResetStore(sql),
    offsetSnapshots: offsetSnapshotStore(sql),
    topics: topicStore(sql),
    deadLetters: deadLetterStore(sql),
    deadLetterCauses: deadLetterCauseStore(sql),
    deadLetterTopics: deadLetterTopicStore(sql),
    deadLetterJobs: deadLetterJobStore(sql),
    deadLetterIndex: deadLetterIndexStore(sql),
    deadLetterExpiry: deadLetterExpiryStore(sql),
    jobs: jobStore(sql),
    jobClaims: jobClaimStore(sql),
    openTransactions: openTransactionStore(sql),
    history: historyStore(sql),
    choreographies: choreographyStore(sql),
    sagaEvidence: sagaEvidenceStore(sql),
    sweeps: sweepStore(sql),
    samplePartitions: samplePartitionStore(sql),
    rollUps: rollUpStore(sql),
    jobRuns: jobRunStore(sql),
    sagaCommands: sagaCommandStore(sql),
    sagaCounts: sagaCountStore(sql),
    sagaCommandResults: sagaCommandResultStore(sql),
    leases: leaseStore(sql),
    hints: hintStore(sql),
  };
}
