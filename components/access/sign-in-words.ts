import type { SignInError } from "#lib/contracts/access.ts";

/** A refused sign-in in words: what happened and what to do. */
interface Refusal {
  readonly title: string;
  readonly next: string;
}

const WRONG: Refusal = {
  title: "Email and password do not match an account that may sign in.",
  next: "Check both, or ask an administrator to reset the password.",
};

const OTHER: Refusal = {
  title: "Signing in failed inside the console.",
  next: "Nothing was changed. Look into the log of the console, then try again.",
};

const BY_CODE: Readonly<Record<SignInError | "network_failed", Refusal>> = {
  // next-auth's own name for a refusal by the provider.
  CredentialsSignin: WRONG,
  sign_in_throttled: {
    title: "Too many failed attempts: this one was not looked at.",
    next: "Wait half a minute, then try again. Each further failure doubles the wait, up to 15 minutes.",
  },
  database_unreachable: {
    title: "The database does not answer, so nobody can sign in.",
    next: "Try again when it is back.",
  },
  network_failed: {
    title: "The console does not answer: it may be restarting, or the network is down.",
    next: "Try again in a moment.",
  },
  internal_error: OTHER,
};

/** What to say of a sign-in that next-auth answered with `error`. */
export function signInRefusal(error: string): Refusal {
  return (BY_CODE as Readonly<Record<string, Refusal | undefined>>)[error] ?? OTHER;
}
