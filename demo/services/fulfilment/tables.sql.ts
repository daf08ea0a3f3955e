import { SAGA_TABLES_SQL } from "#kit/saga/tables.ts";

/** The tables of fulfilment, beside the kit's: its sagas. What it knows of an order is the saga's data. */
export const FULFILMENT_TABLES_SQL = SAGA_TABLES_SQL;
