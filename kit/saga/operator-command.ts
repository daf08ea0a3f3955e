import { OPERATOR_COMMANDS, type OperatorCommand, type OperatorHappening } from "./decide-operator.ts";

/** A command as it came: whom it is for, and what it asks or why it cannot be read. */
export interface SignedCommand {
  readonly commandId: string;
  readonly service: string;
  readonly sagaId: string;
  readonly type: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  readonly wish: OperatorHappening | { readonly fault: string };
}

/**
 * Reads the JSON of a command: `{commandId, service, sagaId, type, expectedVersion, command, step, input, reason,
 * actor, issuedAt, expiresAt}`, instants in ISO, `step` and `input` null or absent where there is none. Undefined for
 * what cannot even be answered: one of the first four, or `expiresAt`, is missing.
 */
export function readOperatorCommand(value: unknown): SignedCommand | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const [commandId, service, sagaId, type] = ["commandId", "service", "sagaId", "type"].map((name) =>
    textOf(fields[name]),
  );
  const expiresAt = Date.parse(textOf(fields.expiresAt) ?? "");
  if (commandId === undefined || service === undefined || sagaId === undefined || type === undefined)
    return undefined;
  if (Number.isNaN(expiresAt)) return undefined;
  return { commandId, service, sagaId, type, expiresAt, wish: wishOf(commandId, fields) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isCommand(value: unknown): value is OperatorCommand {
  return OPERATOR_COMMANDS.some((command) => command === value);
}

function wishOf(commandId: string, fields: Record<string, unknown>): SignedCommand["wish"] {
  const { command, expectedVersion, step = null, input = null } = fields;
  const reason = textOf(fields.reason);
  const actor = textOf(fields.actor);
  if (!isCommand(command)) return { fault: "This service does not know the command" };
  if (typeof expectedVersion !== "number")
    return { fault: "It does not say at which version it was decided" };
  if (step !== null && typeof step !== "string") return { fault: "Its step is no text" };
  if (reason === undefined || actor === undefined) return { fault: "It names no reason or no actor" };
  return { kind: "operator", command, commandId, step, input, expectedVersion, reason, actor };
}
