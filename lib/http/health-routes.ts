import { DatabaseUnreachableError } from "#lib/adapters/db/database-unreachable.ts";
import {
  isReady,
  READINESS_PARTS,
  type Readiness,
  type ReadinessPart,
} from "#lib/domain/health/readiness.ts";
import { builtMigrations } from "#lib/http/built-migrations.ts";
import { handle, type Exchange } from "#lib/http/handle.ts";
import { invalidRequest } from "#lib/http/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { getReadiness } from "#lib/services/health/get-readiness.ts";

/** HEALTH_PATH answers 200 while the process lives; READY_PATH says which parts work. Both are open. */
const HEALTH_PATH = "/api/health";
const READY_PATH = "/api/health/ready";

/** Open to everybody, so the parts are asked at most this often. */
const ASK_EVERY_MS = 1_000;

/** healthRoute says that the process lives, and nothing else. */
export const healthRoute = handle(HEALTH_PATH, () => Promise.resolve(Response.json({ status: "ok" })));

let asked: { at: number; readiness: Promise<Readiness> } | undefined;

/**
 * readyRoute answers 200 while every part works and 503 otherwise, with the state of each part and no reasons.
 * `?only=database,schema` asks for some parts alone: a load balancer should not take the console away because a
 * Kafka cluster is down, for then nobody sees that it is.
 */
export const readyRoute = handle(READY_PATH, async (exchange) => {
  const parts = partsOf(exchange);
  const now = performance.now();
  if (asked === undefined || now - asked.at >= ASK_EVERY_MS) {
    asked = { at: now, readiness: ask(exchange) };
  }
  const readiness = await asked.readiness;
  const ready = isReady(readiness, parts);
  return Response.json(
    { status: ready ? "ready" : "not_ready", ...readiness },
    { status: ready ? 200 : 503 },
  );
});

async function ask({ request, requestId, log }: Exchange): Promise<Readiness> {
  const ctx = runtime().ctxFor({ actor: { kind: "nobody" }, requestId, signal: request.signal });
  const isOutage = (error: unknown): boolean => error instanceof DatabaseUnreachableError;
  return getReadiness({ ...ctx, log }, { migrations: await builtMigrations(), isOutage });
}

function partsOf({ request }: Exchange): readonly ReadinessPart[] {
  const only = request.nextUrl.searchParams.get("only");
  if (only === null) return READINESS_PARTS;
  const parts = only.split(",").map((name) => READINESS_PARTS.find((part) => part === name));
  if (parts.every((part) => part !== undefined)) return parts;
  throw invalidRequest("The parameter only names parts that do not exist.", [
    { name: "only", in: "query", reason: `must be of ${READINESS_PARTS.join(", ")}, separated by commas` },
  ]);
}
