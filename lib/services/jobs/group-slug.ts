import { createHash } from "node:crypto";

const PLAIN = /^[a-z0-9-]{1,64}$/;

/**
 * groupSlug is a group's id as it stands in a topic's name (protocol, "Topics"): as it is where it is one of the kit's;
 * else lower case, every other character `-`, cut to 55, then `-` and 8 hex of its sha256.
 */
export function groupSlug(group: string): string {
  if (PLAIN.test(group)) return group;
  const hash = createHash("sha256").update(group).digest("hex").slice(0, 8);
  const plain = group.toLowerCase().replace(/[^a-z0-9-]/g, "-");
  return `${plain.slice(0, 55)}-${hash}`;
}
