/** Roles, weakest first. A role is only ever a key into {@link PERMISSIONS_OF}; nothing else may branch on it. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Permissions name what an endpoint does: `noun:verb`. Contracts ask for one; only this table grants them. */
export const PERMISSIONS = [
  "clusters:read",
  "groups:read",
  "groups:operate",
  "topics:read",
  "brokers:read",
  "records:read",
  "records:produce",
  "dead-letters:read",
  "dead-letters:operate",
  "jobs:read",
  "jobs:operate",
  "sagas:read",
  "sagas:operate",
  "metrics:read",
  "tokens:own",
  "users:manage",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const VIEWER = [
  "clusters:read",
  "groups:read",
  "topics:read",
  "brokers:read",
  "dead-letters:read",
  "jobs:read",
  "sagas:read",
  "metrics:read",
  "tokens:own",
] as const satisfies readonly Permission[];
const OPERATOR = [
  ...VIEWER,
  "groups:operate",
  "records:read",
  "records:produce",
  "dead-letters:operate",
  "jobs:operate",
  "sagas:operate",
] as const satisfies readonly Permission[];
const ADMIN = [...OPERATOR, "users:manage"] as const satisfies readonly Permission[];

/** PERMISSIONS_OF is the one table from role to permissions. */
export const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: VIEWER,
  operator: OPERATOR,
  admin: ADMIN,
};

/** roleAllows says whether `role` carries `permission`. */
export function roleAllows(role: Role, permission: Permission): boolean {
  return PERMISSIONS_OF[role].includes(permission);
}

/** roleAtMost says whether `role` is no stronger than `limit`: an API token never outgrows its owner. */
export function roleAtMost(role: Role, limit: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(limit);
}

/** weakerRole is the weaker of two roles: what a token may do after its owner was demoted. */
export function weakerRole(a: Role, b: Role): Role {
  return roleAtMost(a, b) ? a : b;
}
