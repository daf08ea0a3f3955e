import type { Pool } from "pg";
import type { Failpoints } from "../failpoints.ts";
import type { KitLog } from "../log.ts";
import type { PlainSaga } from "./definition.ts";

/** Counts since start, of this instance. */
export interface OrchestratorCounters {
  /** Sagas begun. */
  begun: number;
  /** Answers that moved a saga. */
  replies: number;
  /** Answers that moved nothing: late, or repeated. */
  missed: number;
  /** Timers acted on. */
  timers: number;
  /** Commands of operators answered, and those without a valid signature. */
  commands: number;
  forged: number;
}

/** What the parts of an orchestrator share. */
export interface OrchestratorParts {
  readonly pool: Pool;
  readonly service: string;
  readonly group: string;
  readonly sagas: ReadonlyMap<string, PlainSaga>;
  readonly log: KitLog;
  readonly failpoints: Failpoints;
  readonly counters: OrchestratorCounters;
}
