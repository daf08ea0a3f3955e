import type { ApiError } from "#lib/client/call.ts";
import type { User } from "#lib/domain/access/user.ts";

/**
 * A refused change of a user, as ErrorState takes it: what stands in the way and what to do. Only what is not
 * understood carries the request id, to look up in the log.
 */
export function refusalOf(
  error: ApiError,
  user: User,
): {
  title: string;
  detail?: string;
  next?: string;
  requestId?: string | undefined;
} {
  const { requestId } = error;
  if (error.is("user_last_admin")) {
    return {
      title: `${user.name} is the last administrator who may sign in.`,
      next: "Make somebody else an administrator first: nobody else could manage users.",
    };
  }
  if (error.is("user_unknown")) {
    return { title: `${user.name} is no longer there.`, next: "Close this and look at the list." };
  }
  return { title: `${user.name} was not changed.`, detail: error.message, requestId };
}
