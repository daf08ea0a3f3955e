import { QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createQueryClient, mutation, query } from "#lib/client/query.ts";
import { clearOutage } from "#lib/client/use-outage.ts";
import { createToken } from "#lib/contracts/access.ts";
import { listBrokers } from "#lib/contracts/brokers.ts";

const EMPTY = { items: [], nextCursor: null, observedAt: null, failures: [] };
const TOKEN = {
  id: "t",
  name: "ci",
  role: "viewer",
  prefix: "slc_ab",
  createdAt: "2026-11-22T10:42:07.113Z",
  expiresAt: "2026-12-22T10:42:07.113Z",
  lastUsedAt: null,
  revokedAt: null,
};

let answers: (() => Response)[];
let asked: number;

function problem(code: string, status: number): Response {
  return Response.json({ code, status, detail: code }, { status });
}

beforeEach(() => {
  asked = 0;
  vi.stubGlobal("fetch", () => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    return Promise.resolve(answer?.());
  });
});
afterEach(() => {
  clearOutage();
  vi.unstubAllGlobals();
});

const brokers = (cluster: string) => query(listBrokers, { params: { cluster } });
const ignore = () => undefined;

describe("the query client", () => {
  test("reads everything again when the database answers after an outage, and not otherwise", async () => {
    const client = createQueryClient({ onSignedOut: ignore });
    answers = [() => problem("database_unreachable", 503), () => Response.json(EMPTY)];
    const failed = new QueryObserver(client, brokers("a"));
    const stop = failed.subscribe(ignore);
    await vi.waitFor(() => {
      expect(failed.getCurrentResult().isError).toBe(true);
    });
    await client.query(brokers("b"));
    await vi.waitFor(() => {
      expect(failed.getCurrentResult().isSuccess).toBe(true);
    });
    await vi.waitFor(() => {
      expect(client.isFetching()).toBe(0);
    });
    const before = asked;
    await client.query({ ...brokers("c") });
    expect(asked).toBe(before + 1);
    stop();
  });
  test.each(["session_missing", "session_expired"])(
    "goes to sign in on %s, without trying again",
    async (code) => {
      const onSignedOut = vi.fn();
      const client = createQueryClient({ onSignedOut });
      answers = [() => problem(code, 401)];
      await expect(client.query(brokers("a"))).rejects.toMatchObject({ code });
      expect(onSignedOut).toHaveBeenCalledTimes(1);
      expect(asked).toBe(1);
    },
  );
  test("reads a feature again after its mutation", async () => {
    const client = createQueryClient({ onSignedOut: ignore });
    const invalidate = vi.spyOn(client, "invalidateQueries");
    answers = [() => Response.json({ token: TOKEN, secret: "slc_x" })];
    const run = client.getMutationCache().build(client, mutation(createToken));
    await run.execute({ body: { name: "ci", role: "viewer", expiresInDays: 30 } });
    expect(invalidate).toHaveBeenCalledExactlyOnceWith({ queryKey: ["access"] });
  });
});
