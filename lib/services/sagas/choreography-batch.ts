import type {
  ChoreographyPosition,
  InstanceEvents,
  StoredInstance,
} from "#lib/adapters/db/choreographies.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import type { ChoreographyEvent } from "#lib/domain/sagas/choreography.ts";
import { mergeEvents } from "#lib/domain/sagas/fold-choreography-merge.ts";
import { standingOf, type KnownMap } from "#lib/domain/sagas/fold-choreography-standing.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** The protocol's limit of a guarded transaction: a renewal of the lease waits behind it. */
const WRITE_LIMIT_MS = 2_000;

/** ChoreographyBatch gathers events and positions until they are written: all of them or nothing. */
export class ChoreographyBatch {
  /** By type, then by correlation id. */
  readonly #events = new Map<string, Map<string, ChoreographyEvent[]>>();
  readonly #moves = new Map<string, ChoreographyPosition>();
  #size = 0;

  /** Events that it holds. */
  get size(): number {
    return this.#size;
  }

  get empty(): boolean {
    return this.#moves.size === 0;
  }

  add({ type, correlationId }: { type: string; correlationId: string }, event: ChoreographyEvent): void {
    const ofType = this.#events.get(type) ?? new Map<string, ChoreographyEvent[]>();
    this.#events.set(type, ofType);
    const known = ofType.get(correlationId);
    if (known === undefined) ofType.set(correlationId, [event]);
    else known.push(event);
    this.#size += 1;
  }

  /** Moves a position; the last move counts. */
  move(position: ChoreographyPosition): void {
    this.#moves.set(`${position.type} ${position.topicId} ${position.partition}`, position);
  }

  /** Folds its events into their instances, in one transaction that the lease guards. Throws LeaseLostError. */
  async write(
    { db }: Pick<Ctx, "db">,
    { cluster, lease, maps }: { cluster: string; lease: Lease; maps: ReadonlyMap<string, KnownMap> },
  ): Promise<void> {
    const keys = [...this.#events].flatMap(([type, ofType]) =>
      [...ofType.keys()].map((correlationId) => ({ type, correlationId })),
    );
    await db.transaction(
      async (tx) => {
        await tx.leases.guard(lease);
        const known = await tx.choreographies.read(cluster, keys);
        await tx.choreographies.write(cluster, this.#fold(known, maps));
        await tx.choreographies.move(cluster, [...this.#moves.values()]);
      },
      { timeoutMs: WRITE_LIMIT_MS },
    );
  }

  #fold(known: readonly InstanceEvents[], maps: ReadonlyMap<string, KnownMap>): StoredInstance[] {
    const before = new Map([...this.#events.keys()].map((type) => [type, new Map<string, InstanceEvents>()]));
    for (const instance of known) before.get(instance.type)?.set(instance.correlationId, instance);
    const folded: StoredInstance[] = [];
    for (const [type, ofType] of this.#events) {
      const map = maps.get(type);
      if (map === undefined) continue;
      for (const [correlationId, added] of ofType) {
        const stored = before.get(type)?.get(correlationId);
        const { events, leftOut } = mergeEvents(stored?.events ?? [], added);
        folded.push(
          instanceOf(map, { type, correlationId, events, leftOut: (stored?.leftOut ?? 0) + leftOut }),
        );
      }
    }
    return folded;
  }
}

/** instanceOf folds the events of an instance to what is stored of it. */
export function instanceOf(map: KnownMap, instance: InstanceEvents): StoredInstance {
  const { state, step, startedAt, updatedAt, endedAt, dueAt } = standingOf(map, instance.events);
  const { type, correlationId, events, leftOut } = instance;
  return { type, correlationId, events, leftOut, state, step, startedAt, updatedAt, endedAt, dueAt };
}
