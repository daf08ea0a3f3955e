import type { SagaCommand } from "#lib/domain/sagas/saga.ts";

/** The header of a command: HMAC-SHA256 over the exact bytes of its value, hex, under the key shared with services. */
export const SIGNATURE_HEADER = "sluice-signature";

/** CommandMessage is the value of a command's record, as JSON; the record's key is the saga's id. */
export interface CommandMessage {
  readonly commandId: string;
  /** The service that may act; all others pass it over. */
  readonly service: string;
  readonly sagaId: string;
  readonly type: string;
  /** The version that it was decided on: any other one refuses it. */
  readonly expectedVersion: number;
  readonly command: SagaCommand;
  readonly step: string | null;
  /** A new input of the step; null keeps the one that it has. */
  readonly input: unknown;
  readonly reason: string;
  readonly actor: string;
  /** ISO 8601, UTC. */
  readonly issuedAt: string;
  readonly expiresAt: string;
}

/** What a service may answer. */
const COMMAND_OUTCOMES = ["done", "refused", "expired"] as const;
type CommandOutcome = (typeof COMMAND_OUTCOMES)[number];

/** CommandResult is a service's answer to one command. */
export interface CommandResult {
  readonly commandId: string;
  readonly service: string;
  readonly sagaId: string;
  readonly type: string;
  readonly outcome: CommandOutcome;
  /** One sentence; null where the service says nothing. */
  readonly detail: string | null;
  /** Epoch ms. */
  readonly answeredAt: number;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NAME_LIMIT = 1_000;
const DETAIL_LIMIT = 2_000;
/** An answer is a few hundred bytes; what is longer is none. */
const BYTES_LIMIT = 65_536;
/** The end of the year 9999: a later time has no common text. */
const LAST_AT = 253_402_300_799_999;
/** Half a character: JSON can tell one, and PostgreSQL takes none. */
const HALF = /\p{Surrogate}/gu;

/** readResult reads the value of a record of answers; null for what is none. Never throws. */
export function readResult(value: Uint8Array | null): CommandResult | null {
  const told = objectOf(value);
  if (told === null) return null;
  const { commandId, service, sagaId, type, outcome, detail, answeredAt } = told;
  const names = [service, sagaId, type];
  if (typeof commandId !== "string" || !UUID.test(commandId) || !names.every(isName)) return null;
  const known = COMMAND_OUTCOMES.find((each) => each === outcome);
  const at = typeof answeredAt === "string" ? Date.parse(answeredAt) : NaN;
  if (known === undefined || !(at >= 0 && at <= LAST_AT)) return null;
  return {
    commandId: commandId.toLowerCase(),
    ...{ service: String(service), sagaId: String(sagaId), type: String(type), outcome: known },
    detail: typeof detail === "string" ? clean(detail) : null,
    answeredAt: at,
  };
}

function objectOf(value: Uint8Array | null): Record<string, unknown> | null {
  if (value === null || value.byteLength > BYTES_LIMIT) return null;
  try {
    const told: unknown = JSON.parse(new TextDecoder().decode(value));
    return typeof told === "object" && told !== null ? (told as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** PostgreSQL keeps no NUL and no half character in a text, and neither belongs into a name. */
const isName = (each: unknown): boolean =>
  typeof each === "string" && each !== "" && each.length <= NAME_LIMIT && clean(each) === each;

const clean = (text: string): string => text.slice(0, DETAIL_LIMIT).replaceAll("\0", "").replaceAll(HALF, "");
