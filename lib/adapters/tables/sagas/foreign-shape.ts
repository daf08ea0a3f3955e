import type { StepFigureRow } from "#lib/adapters/tables/sagas/kit-figures.sql.ts";
import type { SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";
import type { SagaDefinition } from "#lib/domain/sagas/saga-definition.ts";
import type { MissingField, Saga, SagaState, StuckKind } from "#lib/domain/sagas/saga.ts";

/** The columns that a shape selects, in any order; `data` is JSON or text. */
export interface ForeignRow {
  saga_type: string;
  saga_id: string;
  state: SagaState;
  stuck_kind: StuckKind | null;
  stuck_sentence: string | null;
  step: string | null;
  correlation_id: string | null;
  started_at: Date | null;
  updated_at: Date | null;
  ended_at: Date | null;
  data: unknown;
}

/** Placeholders that a shape writes its statement with; null where the list is not bound by it. */
interface Bounds {
  readonly schema: string;
  /** Now, timestamptz; a value of the statement from the first call on. */
  readonly now: () => string;
  /** How many sagas at most. */
  readonly limit: string;
  /** Nothing that comes before this time in the order, timestamptz; null on a first page. */
  readonly before: (() => string) | null;
}

/** What a shape tells of one saga beside its row. */
export type ForeignDetails = Pick<Saga, "steps" | "journal"> &
  Partial<Pick<Saga, "service" | "version" | "ownEvidence" | "parkedReason">> & {
    readonly missing?: readonly MissingField[];
  };

/** ForeignShape is the layout of an engine's tables: statements that give {@link ForeignRow}s. */
export interface ForeignShape {
  readonly tables: readonly string[];
  /** The newest sagas by an index of the engine's own, no more of them than the limit. */
  candidates(bounds: Bounds): string;
  /** The one of a type and an id, by its key. */
  one(key: { schema: string; now: () => string; type: string; sagaId: string }): string;
  details(tables: SagaTables, row: ForeignRow, signal: AbortSignal): Promise<ForeignDetails>;
  definitions?(tables: SagaTables, signal: AbortSignal): Promise<SagaDefinition[]>;
  /** Attempts and durations of the steps of the newest sagas of a type. */
  stepFigures?(tables: SagaTables, type: string, signal: AbortSignal): Promise<StepFigureRow[]>;
  readonly missing: readonly MissingField[];
  /** Whether the candidates come in the order of the list: then a page without a filter needs few of them. */
  readonly inOrder: boolean;
}
