/** How a source of sagas is laid out: the kit's tables, a framework's, or a view with the documented columns. */
export const SAGA_PRESETS = ["kit", "eventuate", "dbos", "seata", "view"] as const;
export type SagaPreset = (typeof SAGA_PRESETS)[number];
