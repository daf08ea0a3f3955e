import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import type { ApiToken, User } from "#lib/domain/access/user.ts";

/** The users as a file. */
export const USER_FILE: readonly FileColumn<User>[] = [
  { name: "name", value: (row) => row.name },
  { name: "email", value: (row) => row.email },
  { name: "role", value: (row) => row.role },
  { name: "created_at", value: (row) => instantText(row.createdAt) },
  { name: "last_seen_at", value: (row) => instantText(row.lastSeenAt) },
  { name: "disabled_at", value: (row) => instantText(row.disabledAt) },
];

/** API tokens as a file; a secret is never in it. */
export const TOKEN_FILE: readonly FileColumn<ApiToken>[] = [
  { name: "name", value: (row) => row.name },
  { name: "role", value: (row) => row.role },
  { name: "begins_with", value: (row) => row.prefix },
  { name: "created_at", value: (row) => instantText(row.createdAt) },
  { name: "expires_at", value: (row) => instantText(row.expiresAt) },
  { name: "last_used_at", value: (row) => instantText(row.lastUsedAt) },
  { name: "revoked_at", value: (row) => instantText(row.revokedAt) },
];
