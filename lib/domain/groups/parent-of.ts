import type { ReaderRole } from "#lib/domain/groups/group.ts";

/** Suffixes of groups that read on another one's behalf: the kit's own and Spring's (protocol, "Topics"). */
const SUFFIXES: readonly (readonly [RegExp, ReaderRole])[] = [
  [/-retry-[^/]+$/, "retry"],
  [/-retry$/, "retry"],
  [/-redrive$/, "redrive"],
  [/-dlt$/, "dead-letter"],
];

/** What a group reads for. */
export interface Parenthood {
  parentId: string;
  role: ReaderRole;
}

/**
 * parentOf tells whose retry, redrive or dead-letter reader a group is; null for a group of its own. The parent must
 * be among `ids`: a suffix alone proves nothing.
 */
export function parentOf(id: string, ids: ReadonlySet<string>): Parenthood | null {
  for (const [suffix, role] of SUFFIXES) {
    const parentId = id.replace(suffix, "");
    if (parentId !== id && ids.has(parentId)) return { parentId, role };
  }
  return null;
}
