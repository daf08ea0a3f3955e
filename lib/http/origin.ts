import { AppError } from "#lib/services/app-error.ts";

/**
 * refuseForeignOrigin lets a write with a cookie through only when the browser says that our own pages sent it:
 * `Sec-Fetch-Site: same-origin` where the browser tells it, and an `Origin` that is the console's address or this
 * very host. A browser sends one with every write; a request with neither is refused too. Throws AppError
 * `origin_foreign`. Other sites of the same domain are foreign. `consoleUrl` is null when not configured.
 */
export function refuseForeignOrigin(headers: Headers, consoleUrl: string | null): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const siteIsOurs = site === null || site === "same-origin";
  const originIsOurs = origin === null ? site !== null : isOurs(origin, headers, consoleUrl);
  if (siteIsOurs && originIsOurs) return;
  throw new AppError("origin_foreign", "This request was sent by a page of another site.");
}

function isOurs(origin: string, headers: Headers, consoleUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false;
  const { origin: given, host } = new URL(origin);
  if (consoleUrl !== null && given === new URL(consoleUrl).origin) return true;
  return host === headers.get("host");
}
