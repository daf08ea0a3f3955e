/** An error as the log tells it. */
export interface DescribedError {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  readonly frames?: readonly string[];
  readonly cause?: DescribedError;
}

const MAX_DEPTH = 4;
const MAX_FRAMES = 12;
const MAX_MESSAGE = 500;

/**
 * describeError makes an error fit for the log: name, code, where it was thrown, causes. Prisma quotes the arguments
 * of a call in its messages, a password's hash among them, so its messages are left out; its codes tell enough.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as Error & { code?: unknown };
  const quotesArguments = error.name.startsWith("PrismaClient");
  const frames = (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim());
  return {
    name: error.name,
    ...(typeof code === "string" ? { code } : {}),
    ...(quotesArguments ? {} : { message: error.message.slice(0, MAX_MESSAGE) }),
    frames,
    ...(error.cause === undefined || depth >= MAX_DEPTH
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}
