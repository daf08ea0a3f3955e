import { paths } from "#lib/contracts/paths.ts";

/** Stands for this console's own origin where only the shape of an address matters. */
const OWN = "http://console.invalid";

/**
 * The path to go to after signing in: `next` where it is a page of this console, else the home page. Takes what a
 * URL parser makes of it, not what it looks like: `//host`, `/\host`, `/<tab>/host` and `/..//host` all lead to
 * another site.
 */
export function safeNext(next: string | null | undefined): string {
  if (next === null || next === undefined || !next.startsWith("/") || !URL.canParse(next, OWN))
    return paths.home();
  const url = new URL(next, OWN);
  const path = `${url.pathname}${url.search}${url.hash}`;
  const own = url.origin === OWN && !/^\/[/\\]/.test(path);
  const page = own && !url.pathname.startsWith("/api/") && url.pathname !== paths.signIn();
  return page ? path : paths.home();
}
