"use client";

import { useQuery } from "@tanstack/react-query";

import { Callout } from "#components/ui/callout.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { query } from "#lib/client/query.ts";
import { listSagaCommands } from "#lib/contracts/saga-commands.ts";
import type { SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";

import { outcomeText } from "./command-words.ts";

/** How often the page asks by itself while an answer is waited for, ms; hints alone may be lost. */
const ASK_EVERY_MS = 1_500;

interface CommandOutcomeProps {
  /** As it was when it was sent. */
  sent: SagaCommandRecord;
  service: string | null;
}

/** What became of a command that was just sent, live: sent, then the service's answer, or that none came. */
export function CommandOutcome({ sent, service }: CommandOutcomeProps) {
  const asked = useQuery({
    ...query(listSagaCommands, { params: { id: sent.saga } }),
    refetchInterval: ({ state }) =>
      currentOf(sent, state.data?.items).state === "sent" ? ASK_EVERY_MS : false,
  });
  const now = currentOf(sent, asked.data?.items);
  const { tone, sentence, detail } = outcomeText(now, service);
  return (
    <div role="status">
      <Callout
        tone={tone}
        title={
          now.state === "sent" ? (
            <>
              Sent <RelativeTime at={now.issuedAt} />. {sentence}.
            </>
          ) : (
            `${sentence}.`
          )
        }
      >
        {detail ?? undefined}
      </Callout>
    </div>
  );
}

const currentOf = (
  sent: SagaCommandRecord,
  items: readonly SagaCommandRecord[] | undefined,
): SagaCommandRecord => items?.find(({ id }) => id === sent.id) ?? sent;
