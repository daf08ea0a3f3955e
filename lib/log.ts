import { pino, type Logger } from "pino";

/** Log is the structured log of a process, request or job: coordinates, never payloads or secrets. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child">;

/** makeLog makes the root log of a process, JSON lines on standard output. `level` is a pino level. */
export function makeLog(name: string, level: string): Log {
  return pino({
    name,
    level,
    redact: {
      paths: ["password", "secret", "token", "*.password", "*.secret", "*.token", "*.url"],
      censor: "[redacted]",
    },
  });
}
