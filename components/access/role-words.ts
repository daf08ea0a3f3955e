import { ROLES, type Role } from "#lib/domain/access/role.ts";

/** What a role may do, in a sentence. */
export const ROLE_MEANS: Record<Role, string> = {
  viewer: "Reads clusters, groups, topics and brokers; keeps tokens of their own.",
  operator: "Reads what a viewer reads; for people who act on groups and records.",
  admin: "All that an operator may, and manages users.",
};

/** Roles as options of a Select, weakest first. */
export const ROLE_OPTIONS = ROLES.map((role) => ({ value: role, label: role, hint: ROLE_MEANS[role] }));
