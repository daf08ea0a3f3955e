import type { SagaDefinition } from "#lib/domain/sagas/saga-definition.ts";
import type { Saga, SagaKind, SagaRow, SagaState, StuckKind } from "#lib/domain/sagas/saga.ts";

/** Which sagas of a source, the last moved first. Instants are epoch ms. */
export interface SourceQuery {
  readonly type?: string | undefined;
  /** `open` is all that has not ended. */
  readonly state?: SagaState | "open" | undefined;
  readonly stuck?: StuckKind | undefined;
  readonly step?: string | undefined;
  readonly correlation?: string | undefined;
  /** Words of the data, among the newest {@link TEXT_LIMIT} that the rest leaves. */
  readonly text?: string | undefined;
  readonly startedBefore?: number | undefined;
  readonly startedAfter?: number | undefined;
  /**
   * Only what comes after this place in the order: the time that {@link SourceFacts.orderedBy} names, descending, then
   * type, then saga id, both as the source itself compares texts.
   */
  readonly after: { readonly updatedAt: number; readonly type: string; readonly sagaId: string } | null;
  readonly limit: number;
}

/** How many sagas a text is looked for in, and where counting stops. */
export const TEXT_LIMIT = 5_000;
export const COUNT_LIMIT = 10_000;

export interface SourceCount {
  readonly type: string;
  readonly state: SagaState;
  readonly count: number;
  /** Counting stopped at {@link COUNT_LIMIT}. */
  readonly atLeast: boolean;
}

/** Of the newest 1,000 sagas of a type; ms. */
export interface Percentiles {
  readonly n: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
}

/** Live figures of one type. */
export interface TypeFigures {
  readonly duration: Percentiles | null;
  readonly steps: readonly {
    readonly step: string;
    readonly standing: number;
    readonly stuck: number;
    /** 0 to 1; null where none was tried. */
    readonly failureRate: number | null;
    readonly duration: Percentiles | null;
  }[];
}

/** What a source says of itself. */
export interface SourceFacts {
  /** The id of the database, with the preset where a database has several: `shop`, `shop.eventuate`. */
  readonly id: string;
  /** The cluster of its messages. */
  readonly cluster: string;
  readonly kind: SagaKind;
  /** Why nothing can be asked of its sagas; null where the owning service takes commands. */
  readonly readOnly: string | null;
  /** Which time of a saga its lists are in the order of: `updatedAt` where it does not say. */
  readonly orderedBy?: "startedAt";
}

/**
 * SagaSource reads the sagas of one place. Never writes, never locks, never walks a whole table: each query is bound by
 * an index, a limit and a statement timeout. Throws SourceUnreadableError with a sentence that holds no secret.
 */
export interface SagaSource {
  readonly facts: SourceFacts;
  list(query: SourceQuery, signal: AbortSignal): Promise<SagaRow[]>;
  /** null where there is no such saga. */
  get(type: string, sagaId: string, signal: AbortSignal): Promise<Saga | null>;
  /** The same of at most 50 at once, without their journals; those that are gone are left out. */
  getMany?(of: readonly { type: string; sagaId: string }[], signal: AbortSignal): Promise<Saga[]>;
  counts(signal: AbortSignal): Promise<SourceCount[]>;
  definitions(signal: AbortSignal): Promise<SagaDefinition[]>;
  figures(type: string, signal: AbortSignal): Promise<TypeFigures>;
  /** Sentences on what should be set up otherwise: a login that may write, more sagas than are looked at. */
  advice?(signal: AbortSignal): Promise<string[]>;
  close(): Promise<void>;
}

/** SourceUnreadableError says in a sentence why a source cannot be read now. */
export class SourceUnreadableError extends Error {
  /** The id of the source. */
  readonly source: string;

  constructor(source: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SourceUnreadableError";
    this.source = source;
  }
}
