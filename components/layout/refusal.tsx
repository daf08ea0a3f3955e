import { ErrorState } from "#components/ui/error-state.tsx";
import { ApiError } from "#lib/client/call.ts";

interface RefusalProps {
  error: Error;
  /** What was asked for: "The plan", "The command". */
  what: string;
  /** What a refusal has left undone: nothing was changed, or nothing was sent. */
  nothing: "changed" | "sent";
  /** What to do next, by the code of the API. */
  next: Readonly<Record<string, string>>;
}

/** Why a step was not taken, and what to do next. A refusal has changed nothing; another failure may have. */
export function Refusal({ error, what, nothing, next }: RefusalProps) {
  const known = error instanceof ApiError ? error : undefined;
  const refused = known !== undefined && known.status >= 400 && known.status < 500;
  const details = (known?.invalidParams ?? []).map(({ name, reason }) => `${name}: ${reason}`).join(" ");
  return (
    <ErrorState
      look="inline"
      title={refused ? `${what} was refused, and nothing was ${nothing}.` : `${what} failed.`}
      detail={`${error.message} ${details}`.trim()}
      next={known && next[known.code]}
      requestId={known?.requestId}
    />
  );
}
