"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { formatClock, formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import { Select } from "#components/ui/select.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { query } from "#lib/client/query.ts";
import { getPartitionSamples } from "#lib/contracts/groups.ts";
import type { GroupDetail, GroupPartition } from "#lib/domain/groups/group.ts";

import { evidencePartition } from "./evidence-partition.ts";
import { EvidenceSamples } from "./evidence-samples.tsx";
import { groupTitle } from "./group-title.ts";
import { orderPartitions, partitionId } from "./partition-order.ts";
import { partitionState } from "./partition-state.ts";
import { useEvidence } from "./use-evidence.ts";

interface EvidenceDrawerProps {
  cluster: string;
  group: GroupDetail;
}

/** A choice of more partitions than this is no choice. */
const MOST_CHOICES = 60;

/** What a verdict was told from, in the drawer: the sentence, the window, and the samples of one partition. */
export function EvidenceDrawer({ cluster, group }: EvidenceDrawerProps) {
  const { key, show, close } = useEvidence();
  if (key === null) return null;
  const partition = evidencePartition(group, key);
  const choices = orderPartitions(group.partitions, "trouble", "asc").slice(0, MOST_CHOICES);
  if (partition !== undefined && !choices.includes(partition)) choices.push(partition);
  return (
    <Drawer
      open
      onClose={close}
      title="What the verdict was told from"
      subtitle={groupTitle(group.id)}
      width="600px"
    >
      <div className="flex flex-col gap-5">
        {partition === undefined ? (
          <EmptyState
            title="No such partition"
            why="The group has neither a commit nor a member on the partition that the address names."
          />
        ) : (
          <>
            <Select
              label="Partition"
              showLabel
              className="max-w-full self-start"
              value={partitionId(partition)}
              onValueChange={(next) => {
                const chosen = choices.find((each) => partitionId(each) === next);
                if (chosen !== undefined) show(chosen);
              }}
              options={choices.map((each) => ({
                value: partitionId(each),
                label: `${each.topic} ${each.partition}`,
              }))}
            />
            <Told cluster={cluster} group={group} partition={partition} />
          </>
        )}
      </div>
    </Drawer>
  );
}

function Told({ cluster, group, partition }: EvidenceDrawerProps & { partition: GroupPartition }) {
  const { evidence, observedAt } = group;
  const { tone, word, why } = partitionState(partition);
  const samples = useQuery({
    ...query(getPartitionSamples, {
      params: { cluster, group: group.id },
      query: {
        topic: partition.topic,
        partition: partition.partition,
        ...(evidence === null ? {} : { from: evidence.fromAt, to: observedAt }),
      },
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <div className="flex flex-col items-start gap-1.5 text-sm">
        <StateTag tone={tone} word={word} look="boxed" />
        <p>{why}</p>
        {partition.reason !== group.reason && (
          <p className="text-muted">Of the whole group: {group.reason}</p>
        )}
        <p
          className="text-muted text-xs"
          title={`${formatInstantFull(evidence?.fromAt ?? observedAt)} to ${formatInstantFull(observedAt)}`}
        >
          {windowWords(group)}
        </p>
      </div>
      {samples.error && samples.data === undefined ? (
        <ApiErrorState
          error={samples.error}
          what="The samples"
          retrying={samples.isFetching}
          onRetry={() => void samples.refetch()}
        />
      ) : (
        <EvidenceSamples
          name={[cluster, group.id, partition.topic, String(partition.partition), "samples"]}
          samples={samples.data}
        />
      )}
    </>
  );
}

/** The window of a verdict in words, and what is shown where it needed none. */
function windowWords({ evidence, observedAt }: GroupDetail): string {
  if (evidence === null) return "The verdict needed no samples; those of the last half hour are shown.";
  const count = `${formatCount(evidence.samples)} ${evidence.samples === 1 ? "sample" : "samples"}`;
  const span = formatDuration(observedAt - evidence.fromAt);
  return `Told from ${count} over ${span}, ${formatClock(evidence.fromAt)} to ${formatClock(observedAt)}.`;
}
