import type { ChoreographyPosition } from "#lib/adapters/db/choreographies.ts";
import type { ResolvedPartition } from "#lib/adapters/kafka/scan/types.ts";
import { topicsOf } from "#lib/domain/sagas/choreography.ts";
import type { KnownMap } from "#lib/domain/sagas/fold-choreography-standing.ts";

/** Place is how far one map has read one partition. */
export interface Place {
  readonly type: string;
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  nextOffset: bigint;
  /** The time up to which it is read; null before it was read in this run. Epoch ms. */
  readToAt: number | null;
}

const keyOf = (topicId: string, partition: number): string => `${topicId} ${partition}`;

/** ChoreographyPlaces is how far the maps of a cluster have read their topics. */
export class ChoreographyPlaces {
  readonly #maps: readonly KnownMap[];
  /** By topic id and partition: one place a map. */
  readonly #places = new Map<string, Place[]>();

  constructor(maps: readonly KnownMap[], stored: readonly ChoreographyPosition[]) {
    this.#maps = maps;
    for (const position of stored) if (this.#isDeclared(position)) this.#add({ ...position, readToAt: null });
  }

  #isDeclared({ type, topic }: { type: string; topic: string }): boolean {
    return this.#maps.some(({ map }) => map.type === type && topicsOf(map).includes(topic));
  }

  #add(place: Place): void {
    const key = keyOf(place.topicId, place.partition);
    this.#places.set(key, [...(this.#places.get(key) ?? []), place]);
  }

  /** All declared topics, each once. */
  get topics(): string[] {
    return [...new Set(this.#maps.flatMap(({ map }) => topicsOf(map)))];
  }

  /** The places of the maps that read a partition. */
  of({ topicId, partition }: { topicId: string; partition: number }): readonly Place[] {
    return this.#places.get(keyOf(topicId, partition)) ?? [];
  }

  /** The maps that declare a topic and have no place in a partition of it yet. */
  lacking({ topic, topicId, partition }: { topic: string; topicId: string; partition: number }): string[] {
    const placed = this.of({ topicId, partition }).map(({ type }) => type);
    return this.#maps
      .filter(({ map }) => topicsOf(map).includes(topic) && !placed.includes(map.type))
      .map(({ map }) => map.type);
  }

  begin(place: Omit<Place, "readToAt">): void {
    this.#add({ ...place, readToAt: null });
  }

  /** Forgets the places of topics that were made anew, and answers them. */
  dropFormer(partitions: readonly ResolvedPartition[]): { type: string; topicId: string }[] {
    const ids = new Map(partitions.map(({ topic, topicId }) => [topic, topicId]));
    const dropped = new Map<string, { type: string; topicId: string }>();
    for (const [key, places] of this.#places) {
      const [{ topic, topicId } = { topic: "", topicId: "" }] = places;
      const id = ids.get(topic);
      if (id === undefined || id === topicId) continue;
      for (const { type } of places) dropped.set(`${type} ${topicId}`, { type, topicId });
      this.#places.delete(key);
    }
    return [...dropped.values()];
  }

  /**
   * The watermark of a map: the least time up to which each of its partitions is read. null where a topic is not
   * there or a partition has not been read in this run.
   */
  watermarkOf({ map }: KnownMap, partitions: readonly ResolvedPartition[]): number | null {
    let least: number | null = null;
    for (const topic of topicsOf(map)) {
      const ofTopic = partitions.filter((each) => each.topic === topic);
      if (ofTopic.length === 0) return null;
      for (const partition of ofTopic) {
        const at = this.of(partition).find(({ type }) => type === map.type)?.readToAt ?? null;
        if (at === null) return null;
        least = least === null ? at : Math.min(least, at);
      }
    }
    return least;
  }
}
