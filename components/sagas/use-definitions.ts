"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { query } from "#lib/client/query.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { listSagaDefinitions } from "#lib/contracts/sagas.ts";

/** A type of saga with its figures, as its page gets it. */
export type ShownDefinition = OutputOf<typeof listSagaDefinitions>["items"][number];
/** The figures of one step. */
export type StepFigures = ShownDefinition["stepFigures"][number];

/** Figures move slowly, and reading them costs the sources more than a list. */
const ASK_EVERY_MS = 15_000;

/** The types of sagas, or those of one source and name. */
export function useDefinitions(of: { source?: string; type?: string } = {}) {
  return useQuery({
    ...query(listSagaDefinitions, { query: of }),
    placeholderData: keepPreviousData,
    refetchInterval: ASK_EVERY_MS,
  });
}
