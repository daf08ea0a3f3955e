import { handle, type RouteHandler } from "#lib/http/handle.ts";
import { AppError } from "#lib/services/app-error.ts";
import { problemResponse } from "#lib/http/problem.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

/**
 * methods completes a path's handlers: the methods that it lacks answer 405 `method_not_allowed` with an Allow
 * header, as problem+json where Next alone would send an empty body.
 */
export function methods(handlers: Partial<Record<Method, RouteHandler>>): Record<Method, RouteHandler> {
  const allowed = METHODS.filter((method) => handlers[method] !== undefined);
  const allow = [...allowed, ...(handlers.GET === undefined ? [] : ["HEAD"])].join(", ");
  const refuse = handle("(method not allowed)", ({ request, requestId }) => {
    const error = new AppError("method_not_allowed", `This path takes ${allow}, not ${request.method}.`);
    return Promise.resolve(problemResponse(error, requestId, { allow }));
  });
  return { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse, ...handlers };
}
