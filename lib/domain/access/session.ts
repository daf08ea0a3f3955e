const HOUR_MS = 3_600_000;

/** A session ends after 12 h without a request and after 7 d in any case (OWASP ASVS 7.3.1 and 7.3.2). */
export const SESSION_IDLE_MS = 12 * HOUR_MS;
export const SESSION_MAX_MS = 7 * 24 * HOUR_MS;

/** A session's last request and a token's last use are written down at most this often. */
export const SEEN_EVERY_MS = 60_000;

/** What decides whether a session still counts. Instants are epoch ms. */
export interface SessionLife {
  lastSeenAt: number;
  expiresAt: number;
  revokedAt: number | null;
  /** When its user was disabled; null while they may sign in. */
  userDisabledAt: number | null;
}

/** isSessionLive says whether a request of this session is heard at `now`. */
export function isSessionLive(session: SessionLife, now: number): boolean {
  return (
    session.revokedAt === null &&
    session.userDisabledAt === null &&
    now < session.expiresAt &&
    now - session.lastSeenAt < SESSION_IDLE_MS
  );
}

/** What decides whether an API token still counts. Instants are epoch ms. */
export interface TokenLife {
  expiresAt: number;
  revokedAt: number | null;
  /** When its owner was disabled; null while they may sign in. */
  ownerDisabledAt: number | null;
}

/** isTokenLive says whether a request with this token is heard at `now`. */
export function isTokenLive(token: TokenLife, now: number): boolean {
  return token.revokedAt === null && token.ownerDisabledAt === null && now < token.expiresAt;
}
