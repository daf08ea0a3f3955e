import { describe, expect, it } from "vitest";
import { isLastAdmin, usersVerdict } from "#components/access/users-verdict.ts";
import type { User } from "#lib/domain/access/user.ts";

const user = (id: string, over: Partial<User> = {}): User => ({
  id,
  email: `${id}@example.com`,
  name: id,
  role: "viewer",
  createdAt: 0,
  lastSeenAt: null,
  disabledAt: null,
  ...over,
});
const ana = user("ana", { role: "admin" });

describe("the last administrator", () => {
  it("is the only one who may sign in, whoever else was one", () => {
    const gone = user("ben", { role: "admin", disabledAt: 1 });
    expect(isLastAdmin(ana, [ana, gone, user("eve")])).toBe(true);
    expect(isLastAdmin(gone, [ana, gone])).toBe(false);
  });
  it("is nobody while there are two", () => {
    const ben = user("ben", { role: "admin" });
    expect(isLastAdmin(ana, [ana, ben])).toBe(false);
  });
});

describe("the verdict of the users", () => {
  it.each([
    ["one alone", [ana], "1 person may sign in."],
    ["one administrator among others", [ana, user("eve")], "2 people may sign in; ana alone manages users."],
    [
      "two administrators, one disabled viewer",
      [ana, user("ben", { role: "admin" }), user("eve", { disabledAt: 1 })],
      "2 people may sign in, 1 may not.",
    ],
  ])("%s", (_, users, sentence) => {
    expect(usersVerdict(users).sentence).toBe(sentence);
  });
});
