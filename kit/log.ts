/** The logger the kit writes to; a pino logger fits. Fields are coordinates and codes, never payloads. */
export interface KitLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}
