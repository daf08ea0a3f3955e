"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { query } from "#lib/client/query.ts";
import { getGroup } from "#lib/contracts/groups.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { refusalOfKind } from "#lib/domain/offset-resets/refusals.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

interface GroupTargetHintProps {
  cluster: string;
  group: string;
  /** Takes a shadow topic in place of the group. */
  onShadow: () => void;
}

type Known = OutputOf<typeof getGroup>;

/** What is known of the group that would read again: its members, its effects outside, and who has to agree. */
export function GroupTargetHint({ cluster, group, onShadow }: GroupTargetHintProps) {
  const asked = useQuery({
    ...query(getGroup, { params: { cluster, group } }),
    enabled: group !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (group === "") return null;
  const known = asked.data;
  if (known === undefined || asked.error !== null)
    return (
      <p role="status" className="text-muted text-xs">
        {asked.error === null
          ? "Looking at the group."
          : asked.error.is("group_unknown")
            ? "No sweep has seen a group of this id. The plan asks the brokers."
            : "The group could not be looked at. The plan asks the brokers."}
      </p>
    );
  const refusal = refusalOfKind(known.id, known.kind, known.protocolType);
  if (refusal !== null) return <Callout tone="critical" title={refusal.sentence} />;
  return (
    <div role="status" className="flex flex-col gap-2">
      <p className="text-muted text-xs">{membersWords(known)}</p>
      <Effects known={known} onShadow={onShadow} />
    </div>
  );
}

function membersWords({ memberCount, lag }: Known): string {
  const behind =
    lag === null || lag === 0 ? "It has read all there is." : `It is ${recordsPhrase(lag)} behind.`;
  if (memberCount === 0) return `${behind} It has no members: 20 s after the start its offsets are set back.`;
  const who = memberCount === 1 ? "1 member" : `${memberCount} members`;
  return `${behind} It has ${who}: after the start the job waits until all of them are stopped.`;
}

function Effects({ known: { declared }, onShadow }: { known: Known; onShadow: () => void }) {
  if (declared.effects === "pure") return null;
  const external = declared.effects === "external";
  return (
    <Callout
      tone={external ? "warning" : "notice"}
      title={
        external
          ? "Reading again has effects outside: it needs a second person."
          : "Nobody declared whether reading again has effects outside."
      }
      action={
        <Button size="sm" onClick={onShadow}>
          A shadow topic instead
        </Button>
      }
    >
      {external
        ? "Mails, payments or calls would happen once more. A shadow topic holds the same records, and nobody reads it by itself."
        : "Where it sends mails, payments or calls, those happen once more."}
    </Callout>
  );
}
