import type { Role } from "#lib/domain/access/role.ts";

/** A person who may sign in. */
export interface User {
  id: string;
  email: string;
  name: string;
  role: Role;
  createdAt: number;
  lastSeenAt: number | null;
  /** null while the user may sign in. */
  disabledAt: number | null;
}

/** A personal API token without its secret, which is shown once and stored only as a hash. */
export interface ApiToken {
  id: string;
  name: string;
  role: Role;
  /** The first characters of the secret, to tell tokens apart. */
  prefix: string;
  createdAt: number;
  expiresAt: number;
  lastUsedAt: number | null;
  revokedAt: number | null;
}

/** Who acts: a signed-in user, an API token, or the worker. */
export type Actor =
  | { kind: "user"; userId: string; email: string; name: string; role: Role; sessionId: string }
  | { kind: "token"; userId: string; email: string; name: string; role: Role; tokenId: string }
  | { kind: "worker" }
  | { kind: "nobody" };
