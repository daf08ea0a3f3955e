import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { instant, listOf } from "#lib/contracts/wire.ts";
import { PERMISSIONS, ROLES } from "#lib/domain/access/role.ts";
import type { ApiToken, User } from "#lib/domain/access/user.ts";

/** What the sign-in page gets as next-auth's `error` when a sign-in does not succeed; the first is next-auth's own word. */
export type SignInError =
  "CredentialsSignin" | "sign_in_throttled" | "database_unreachable" | "internal_error";

const nothing = z.object({});
const idParams = z.object({ id: z.string() });
const role = z.enum(ROLES);
const email = z.email().max(254);
/** Twelve characters at least and no other rule: length is what resists guessing. */
const password = z.string().min(12).max(200);

const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  createdAt: instant,
  lastSeenAt: instant.nullable(),
  disabledAt: instant.nullable(),
}) satisfies z.ZodType<User>;

const token = z.object({
  id: z.string(),
  name: z.string(),
  role,
  prefix: z.string(),
  createdAt: instant,
  expiresAt: instant,
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
}) satisfies z.ZodType<ApiToken>;

/** getMe: who is signed in and what they may do. */
export const getMe = endpoint({
  feature: "access",
  method: "GET",
  path: "/api/v1/access/me",
  summary: "Who is signed in and what they may do.",
  permission: "signed-in",
  params: nothing,
  query: nothing,
  body: z.undefined(),
  response: z.object({
    email: z.string(),
    name: z.string(),
    role,
    permissions: z.array(z.enum(PERMISSIONS)),
  }),
});

/** signOut: revokes the session at once, whatever its cookie says. */
export const signOut = endpoint({
  feature: "access",
  method: "POST",
  path: "/api/v1/access/sign-out",
  summary: "Revoke this session.",
  permission: "signed-in",
  params: nothing,
  query: nothing,
  body: z.object({}),
  response: z.object({}),
  audit: "session.revoke",
});

/** listUsers: everybody who may or might sign in. */
export const listUsers = endpoint({
  feature: "access",
  method: "GET",
  path: "/api/v1/access/users",
  summary: "Users with role and last activity.",
  permission: "users:manage",
  params: nothing,
  query: nothing,
  body: z.undefined(),
  response: listOf(user, {}),
});

/** createUser: a new user with a first password. */
export const createUser = endpoint({
  feature: "access",
  method: "POST",
  path: "/api/v1/access/users",
  summary: "Create a user.",
  permission: "users:manage",
  params: nothing,
  query: nothing,
  body: z.object({ email, name: z.string().trim().min(1).max(100), role, password }),
  response: user,
  audit: "user.create",
});

/** updateUser: role, name, password or whether they may sign in; ends their sessions where that matters. */
export const updateUser = endpoint({
  feature: "access",
  method: "PATCH",
  path: "/api/v1/access/users/{id}",
  summary: "Change a user's role, name, password or whether they may sign in.",
  permission: "users:manage",
  params: idParams,
  query: nothing,
  body: z.object({
    name: z.string().trim().min(1).max(100).optional(),
    role: role.optional(),
    password: password.optional(),
    disabled: z.boolean().optional(),
  }),
  response: user,
  audit: "user.update",
});

/** getSetUp: whether the installation waits for its first administrator. */
export const getSetUp = endpoint({
  feature: "access",
  method: "GET",
  path: "/api/v1/access/set-up",
  summary: "Whether the first administrator is still to be made.",
  permission: "public",
  params: nothing,
  query: nothing,
  body: z.undefined(),
  response: z.object({ needed: z.boolean() }),
});

/** setUpFirstAdmin: the first administrator, by the one-time token that the console prints at its first start. */
export const setUpFirstAdmin = endpoint({
  feature: "access",
  method: "POST",
  path: "/api/v1/access/set-up",
  summary: "Create the first administrator with the one-time set-up token.",
  permission: "public",
  params: nothing,
  query: nothing,
  body: z.object({
    setUpToken: z.string().min(1).max(200),
    email,
    name: z.string().trim().min(1).max(100),
    password,
  }),
  response: user,
  audit: "user.set-up",
});

/** listTokens: the caller's own tokens, the revoked and expired ones included. */
export const listTokens = endpoint({
  feature: "access",
  method: "GET",
  path: "/api/v1/access/tokens",
  summary: "Your API tokens, without their secrets.",
  permission: "tokens:own",
  params: nothing,
  query: nothing,
  body: z.undefined(),
  response: listOf(token, {}),
});

/** createToken: a new token no stronger than its owner; the secret is in this answer and nowhere else. */
export const createToken = endpoint({
  feature: "access",
  method: "POST",
  path: "/api/v1/access/tokens",
  summary: "Create an API token; its secret is shown once.",
  permission: "tokens:own",
  params: nothing,
  query: nothing,
  body: z.object({
    name: z.string().trim().min(1).max(100),
    role,
    expiresInDays: z.number().int().min(1).max(366),
  }),
  response: z.object({ token, secret: z.string() }),
  audit: "token.create",
});

/** revokeToken: ends one of the caller's tokens at once. */
export const revokeToken = endpoint({
  feature: "access",
  method: "DELETE",
  path: "/api/v1/access/tokens/{id}",
  summary: "Revoke an API token.",
  permission: "tokens:own",
  params: idParams,
  query: nothing,
  body: z.undefined(),
  response: token,
  audit: "token.revoke",
});
