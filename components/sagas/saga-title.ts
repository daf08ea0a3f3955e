import { partsOfSagaId } from "#lib/domain/sagas/saga.ts";

/** sagaTitle is what a browser's tab calls a saga: its type and its own id; null for what is no id of a saga. */
export function sagaTitle(id: string | null): string | null {
  const parts = id === null ? null : partsOfSagaId(id);
  return parts === null ? null : `${parts.type} ${parts.sagaId}`;
}
