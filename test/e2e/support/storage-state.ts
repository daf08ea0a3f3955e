import { join } from "node:path";
import { DEMO_DIR } from "#test/e2e/support/demo.ts";

/** The signed-in browser state that the set-up project stores for every other spec. */
export const STORAGE_STATE = join(DEMO_DIR, "storage-state.json");
