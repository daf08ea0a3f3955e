import { NextResponse, type NextRequest } from "next/server";

/** The request header that hands the nonce to the root layout. */
const NONCE_HEADER = "x-nonce";

/** The request header that tells the session guard the page's own path and query (lib/http/session.ts). */
const PATH_HEADER = "x-sluice-path";

/**
 * The policy of a page: scripts only with this request's nonce and what they load; nothing foreign; no
 * frames. Styles allow inline ones: positions of menus and charts are style attributes, which a nonce cannot
 * cover. React's development build evaluates code and Next's talks to its compiler.
 */
function policyFor(nonce: string, development: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * Gives every page its content security policy, with a nonce that Next puts on its own scripts, and its own path.
 * Both headers are set here whatever the request brought.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = policyFor(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  headers.set(NONCE_HEADER, nonce);
  headers.set("content-security-policy", policy);
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

/** Pages only: the API, built files and public files carry the headers of next.config.js. */
export const config = {
  matcher: ["/((?!api/|_next/|fonts/|icon\\.svg|favicon\\.ico).*)"],
};
