"use client";

import { useQuery } from "@tanstack/react-query";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Link } from "#components/ui/link.tsx";
import { query } from "#lib/client/query.ts";
import { getSameKeyOrder } from "#lib/contracts/dead-letters.ts";
import { paths } from "#lib/contracts/paths.ts";

import { orderSentence } from "./dead-letter-words.ts";
import { useMay } from "./use-may.ts";

interface SameKeyOrderAnswerProps {
  cluster: string;
  id: string;
  group: string | null;
}

const TONES = { yes: "warning", no: "ok", unknown: "neutral" } as const;

/** Whether a redrive would bring older after newer: asked of Kafka only when somebody wants to know. */
export function SameKeyOrderAnswer({ cluster, id, group }: SameKeyOrderAnswerProps) {
  const may = useMay("records:read");
  const asked = useQuery({
    ...query(getSameKeyOrder, { params: { cluster, id } }),
    enabled: false,
    gcTime: 0,
  });
  const order = asked.data;
  const answer = order && orderSentence(order, group);
  return (
    <div className="flex flex-col gap-2">
      {asked.error && (
        <ApiErrorState
          look="inline"
          error={asked.error}
          what="The answer"
          retrying={asked.isFetching}
          onRetry={() => void asked.refetch()}
        />
      )}
      {order && answer && (
        <div role="status">
          <Callout tone={TONES[order.state]} title={answer.title}>
            {answer.detail}{" "}
            {order.state === "yes" && (
              <Link href={paths.record(cluster, order)} className="underline underline-offset-3">
                See the first newer record
              </Link>
            )}
          </Callout>
        </div>
      )}
      <div className="flex items-center gap-3">
        <Button
          size="sm"
          busy={asked.isFetching}
          disabled={may !== true}
          onClick={() => void asked.refetch()}
        >
          {order === undefined ? "Look for newer records of this key" : "Look again"}
        </Button>
        <span className="text-muted text-xs">
          {may === false
            ? "This needs the permission records:read, which the role operator has."
            : "Reads the source partition from the record on, for 2 s at most, without joining the group."}
        </span>
      </div>
    </div>
  );
}
