/** ConfigError says which key of the configuration is wrong and how; it never quotes a value. */
export class ConfigError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "ConfigError";
  }
}
