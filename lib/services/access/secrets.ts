import { createHash, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;

/** TOKEN_PREFIX begins every API token, so that secret scanners and people know one when they see it. */
export const TOKEN_PREFIX = "slc_";

/** newTokenSecret makes the secret of an API token: {@link TOKEN_PREFIX} and 256 random bits. */
export function newTokenSecret(): string {
  return TOKEN_PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
}

/** newSetUpSecret makes a one-time set-up token of 256 random bits. */
export function newSetUpSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** hashSecret is the stored form of a secret: sha256 in hex. Only for secrets with as many random bits. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** tokenPrefix is the part of a secret that tells tokens apart and may be shown. */
export function tokenPrefix(secret: string): string {
  return secret.slice(0, TOKEN_PREFIX.length + 4);
}
