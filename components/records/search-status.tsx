"use client";

import { ListTree, Pause, Play, Square } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "#components/ui/button.tsx";
import { formatCount, formatDuration, formatQuantity } from "#components/ui/format-quantity.ts";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { Popover } from "#components/ui/popover.tsx";
import type { PartitionProgress } from "#lib/domain/records/record-search.ts";

import type { SearchRunner, SearchView } from "./search-runner.ts";

interface SearchStatusProps {
  view: SearchView;
  runner: SearchRunner;
  live: boolean;
  /** More controls, before these. */
  children?: ReactNode;
}

/** What a search has looked at so far, by partition on demand, and the way to stop, pause or continue it. */
export function SearchStatus({ view, runner, live, children }: SearchStatusProps) {
  const busy = view.state === "asking" || view.state === "queued" || view.state === "running";
  const { progress, before, end } = view;
  return (
    <div className="mb-2 flex min-h-8 items-center gap-3">
      <MetaLine>
        {progress !== null && `${formatCount(before.records + progress.records)} records looked at`}
        {progress !== null && formatQuantity("bytes", before.bytes + progress.bytes)}
        {progress !== null && formatDuration(before.elapsedMs + progress.elapsedMs)}
        {busy && progress !== null && `${formatCount(Math.round(progress.recordRate))} records/s`}
        {view.dropped > 0 && `${formatCount(view.dropped)} older ones not shown any more`}
      </MetaLine>
      <div className="ml-auto flex items-center gap-2">
        {children}
        {progress !== null && progress.partitions.length > 0 && (
          <PartitionsButton partitions={progress.partitions} live={live} />
        )}
        {live && busy && (
          <Button
            size="sm"
            icon={view.paused ? Play : Pause}
            onClick={() => {
              runner.pause(!view.paused);
            }}
          >
            {view.paused ? `Show ${formatCount(view.waiting)} newer` : "Pause"}
          </Button>
        )}
        {busy && (
          <Button
            size="sm"
            icon={Square}
            onClick={() => {
              runner.stop();
            }}
          >
            Stop
          </Button>
        )}
        {!busy && end !== null && end.token !== null && (
          <Button
            size="sm"
            onClick={() => {
              runner.goOn();
            }}
          >
            Continue
          </Button>
        )}
      </div>
    </div>
  );
}

/** Of a topic of a thousand partitions those that are under way say most. */
const MOST_ROWS = 200;

function PartitionsButton({
  partitions,
  live,
}: {
  partitions: readonly PartitionProgress[];
  /** It has read what there is, and is never done. */
  live: boolean;
}) {
  const failed = partitions.filter(({ failures }) => failures.length > 0).length;
  const done = partitions.filter((each) => each.done).length;
  return (
    <Popover
      label="Progress of each partition"
      align="end"
      trigger={
        <Button size="sm" variant="ghost" icon={ListTree}>
          {live ? "" : `${formatCount(done)} of `}
          {formatCount(partitions.length)} partitions
          {live ? "" : " done"}
          {failed > 0 && <span className="text-warning">{formatCount(failed)} with gaps</span>}
        </Button>
      }
    >
      <PartitionsTable partitions={partitions} />
    </Popover>
  );
}

function PartitionsTable({ partitions }: { partitions: readonly PartitionProgress[] }) {
  const several = new Set(partitions.map(({ topic }) => topic)).size > 1;
  const rows = partitions.toSorted(
    (a, b) => b.failures.length - a.failures.length || Number(a.done) - Number(b.done),
  );
  return (
    <div className="p-2">
      <table aria-label="Progress of each partition" className="tabular text-xs">
        <thead>
          <tr className="text-muted text-right">
            {several && <th className="pr-3 text-left font-normal">topic</th>}
            <th className="pr-3 font-normal">partition</th>
            <th className="pr-3 font-normal">from</th>
            <th className="pr-3 font-normal">at</th>
            <th className="pr-3 font-normal">to</th>
            <th className="font-normal">records</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <tr key={`${row.topic}/${row.partition}`} className="text-right align-top">
              {several && <td className="pr-3 text-left">{row.topic}</td>}
              <td className="pr-3">{row.partition}</td>
              <td className="pr-3">{formatCount(row.fromOffset)}</td>
              <td className="pr-3">{row.done ? "done" : formatCount(row.nextOffset)}</td>
              <td className="pr-3">{formatCount(row.toOffset)}</td>
              <td>
                {formatCount(row.records)}
                {row.failures.map((failure) => (
                  <p key={failure} className="text-warning max-w-72 text-left whitespace-normal">
                    {failure}
                  </p>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && (
        <p className="text-muted mt-1 text-xs">{formatCount(rows.length - MOST_ROWS)} more are not listed.</p>
      )}
    </div>
  );
}
