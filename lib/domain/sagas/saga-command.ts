import type { SagaCommand } from "#lib/domain/sagas/saga.ts";

/** What became of a command. Only `expired` and `refused` mean that nothing was done; `unknown` takes a late answer. */
export const COMMAND_STATES = [
  "waiting",
  "sent",
  "done",
  "refused",
  "expired",
  "unknown",
  "failed",
  "cancelled",
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

/** How long a service may act on a command, ms. */
export const COMMAND_EXPIRY_MS = 5 * 60_000;

/** The topics of commands and of their answers. */
export const COMMAND_TOPIC = "sluice.saga.command";
export const COMMAND_RESULT_TOPIC = "sluice.saga.command-result";

/** SagaCommandRecord is a command that somebody gave, with what became of it. Times are epoch ms. */
export interface SagaCommandRecord {
  readonly id: string;
  readonly batchId: string | null;
  /** The console's id of the saga. */
  readonly saga: string;
  readonly command: SagaCommand;
  readonly step: string | null;
  readonly state: CommandState;
  readonly answer: string | null;
  readonly reason: string;
  readonly actor: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly answeredAt: number | null;
}
