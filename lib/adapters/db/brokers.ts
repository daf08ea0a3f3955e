import type { Sql } from "#lib/adapters/db/client.ts";
import type { BrokerRow } from "#lib/domain/brokers/broker.ts";
import type { Prisma } from "#prisma/generated/client.ts";

/** BrokerStore reads the brokers as last swept. */
export interface BrokerStore {
  list(cluster: string): Promise<BrokerRow[]>;
}

/** brokerStore makes a {@link BrokerStore}. */
export function brokerStore(sql: Sql): BrokerStore {
  return {
    async list(cluster) {
      const rows = await sql.brokerState.findMany({ where: { cluster }, orderBy: { brokerId: "asc" } });
      return rows.map(brokerOfRow);
    },
  };
}

/** brokerOfRow turns a row of broker_state into the domain's broker. */
export function brokerOfRow(row: Prisma.BrokerStateModel): BrokerRow {
  return {
    id: row.brokerId,
    host: row.host,
    port: row.port,
    rack: row.rack,
    controller: row.controller,
    leaderCount: row.leaderCount,
    replicaCount: row.replicaCount,
    underReplicatedCount: row.underReplicatedCount,
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    missingSinceAt: row.missingSinceAt?.getTime() ?? null,
    observedAt: row.observedAt.getTime(),
  };
}
