/** The shortest reason that is taken, in characters. */
export const REASON_MIN = 3;

/** reasonFault says what is wrong with a reason; undefined where it will do. */
export function reasonFault(reason: string): string | undefined {
  return reason.trim().length < REASON_MIN ? `Write why, in ${REASON_MIN} characters or more.` : undefined;
}
