import { hashPassword } from "#lib/services/access/password.ts";
import { hashSecret, TOKEN_PREFIX, tokenPrefix } from "#lib/services/access/secrets.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** What the demo gives its administrator. */
export interface SeedInput {
  readonly email: string;
  readonly password: string;
  readonly apiToken: string;
}

const YEAR_MS = 365 * 86_400_000;

/** seedAdmin makes or resets the demo's administrator and their API token; a second call changes nothing more. */
export async function seedAdmin(ctx: Pick<Ctx, "db" | "now" | "newId">, input: SeedInput): Promise<void> {
  if (!input.apiToken.startsWith(TOKEN_PREFIX)) throw new Error(`An API token begins with ${TOKEN_PREFIX}.`);
  const now = ctx.now();
  const email = input.email.toLowerCase();
  const passwordHash = await hashPassword(input.password);
  await ctx.db.transaction(async (tx) => {
    const user = {
      id: ctx.newId(),
      email,
      name: "Demo administrator",
      role: "admin",
      createdAt: now,
    } as const;
    await tx.users.create({ ...user, passwordHash });
    const stored = await tx.users.findWithPassword(email);
    if (stored === null) throw new Error("The administrator was not stored.");
    const userId = stored.user.id;
    await tx.users.change(userId, { role: "admin", passwordHash, disabledAt: null });
    const secretHash = hashSecret(input.apiToken);
    if ((await tx.tokens.findBySecretHash(secretHash)) !== null) return;
    await tx.tokens.create({
      id: ctx.newId(),
      userId,
      name: "demo",
      role: "admin",
      prefix: tokenPrefix(input.apiToken),
      secretHash,
      createdAt: now,
      expiresAt: now + YEAR_MS,
      lastUsedAt: null,
      revokedAt: null,
    });
  });
}
