import type { CopyError } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { KafkaError } from "#lib/adapters/kafka/errors.ts";

/** isKafkaError tells a {@link KafkaError} by its name: services import no adapter's code. */
export const isKafkaError = (error: unknown): error is KafkaError =>
  error instanceof Error && error.name === "KafkaError";

/** isCopyError tells a {@link CopyError} by its name. */
export const isCopyError = (error: unknown): error is CopyError =>
  error instanceof Error && error.name === "CopyError";
