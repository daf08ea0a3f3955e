import type { User } from "#lib/domain/access/user.ts";

const people = (n: number): string => (n === 1 ? "1 person" : `${n} people`);

/** Administrators who may sign in. */
function activeAdmins(users: readonly User[]): User[] {
  return users.filter(({ role, disabledAt }) => role === "admin" && disabledAt === null);
}

/** Whether `user` is the only one left who manages users: then role and access stay. */
export function isLastAdmin(user: User, users: readonly User[]): boolean {
  const admins = activeAdmins(users);
  return admins.length === 1 && admins[0]?.id === user.id;
}

/** Who may sign in, and a warning where everything hangs on one administrator. */
export function usersVerdict(users: readonly User[]): { tone: "notice" | "ok"; sentence: string } {
  const active = users.filter(({ disabledAt }) => disabledAt === null).length;
  const disabled = users.length - active;
  const head = `${people(active)} may sign in${disabled === 0 ? "" : `, ${disabled} may not`}`;
  const [admin, ...others] = activeAdmins(users);
  if (admin !== undefined && others.length === 0 && active > 1) {
    return { tone: "notice", sentence: `${head}; ${admin.name} alone manages users.` };
  }
  return { tone: "ok", sentence: `${head}.` };
}
