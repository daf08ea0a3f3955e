import type { Sql } from "#lib/adapters/db/client.ts";
import { ROLES, type Role } from "#lib/domain/access/role.ts";
import type { User } from "#lib/domain/access/user.ts";
import type { AppUser } from "#prisma/generated/client.ts";

/** A user to be stored; `email` is lower case. */
interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** What may change of a user; what is absent stays. */
interface UserChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly passwordHash?: string | undefined;
  /** Epoch ms; null lets the user sign in again. */
  readonly disabledAt?: number | null | undefined;
}

/** UserStore is the table of people who may sign in. */
export interface UserStore {
  count(): Promise<number>;
  /** All users by email. */
  list(): Promise<User[]>;
  find(id: string): Promise<User | null>;
  /** The user with the stored password; `email` is lower case. */
  findWithPassword(email: string): Promise<{ user: User; passwordHash: string } | null>;
  /** Stores a user; false when the email is taken. */
  create(user: NewUser): Promise<boolean>;
  /** Changes a user; null when there is none. */
  change(id: string, change: UserChange): Promise<User | null>;
  /**
   * Ids of the administrators who may sign in, their rows locked until the transaction ends: two requests that
   * each take away one of the last two wait for each other.
   */
  lockAdmins(): Promise<string[]>;
}

/** usersStore is the {@link UserStore} on one client or transaction. */
export function usersStore(sql: Sql): UserStore {
  const withLastSession = {
    sessions: { select: { lastSeenAt: true }, orderBy: { lastSeenAt: "desc" }, take: 1 },
  } as const;
  return {
    count: () => sql.appUser.count(),
    list: async () =>
      (await sql.appUser.findMany({ orderBy: { email: "asc" }, include: withLastSession })).map(userOf),
    async find(id) {
      const row = await sql.appUser.findUnique({ where: { id }, include: withLastSession });
      return row && userOf(row);
    },
    async findWithPassword(email) {
      const row = await sql.appUser.findUnique({ where: { email }, include: withLastSession });
      return row && { user: userOf(row), passwordHash: row.passwordHash };
    },
    async create({ createdAt, ...user }) {
      const data = [{ ...user, createdAt: new Date(createdAt) }];
      return (await sql.appUser.createMany({ data, skipDuplicates: true })).count === 1;
    },
    async change(id, { disabledAt, ...change }) {
      const data = {
        ...change,
        ...(disabledAt === undefined
          ? {}
          : { disabledAt: disabledAt === null ? null : new Date(disabledAt) }),
      };
      const { count } = await sql.appUser.updateMany({ where: { id }, data });
      return count === 0 ? null : this.find(id);
    },
    async lockAdmins() {
      // Prisma has no row locks.
      const rows = await sql.$queryRaw<{ id: string }[]>`
        SELECT id FROM app_user WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR UPDATE`;
      return rows.map((row) => row.id);
    },
  };
}

/** userOf makes the domain's user of a row and, where it was read, of the last session. */
export function userOf(row: AppUser & { sessions?: { lastSeenAt: Date }[] }): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: roleOf(row.role),
    createdAt: row.createdAt.getTime(),
    lastSeenAt: row.sessions?.[0]?.lastSeenAt.getTime() ?? null,
    disabledAt: row.disabledAt?.getTime() ?? null,
  };
}

/** roleOf reads a stored role; one that this version does not know is an error, never a right. */
export function roleOf(text: string): Role {
  const role = ROLES.find((each) => each === text);
  if (role === undefined)
    throw new Error(`The database holds the role ${text}, which this version does not know.`);
  return role;
}
