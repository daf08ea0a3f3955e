"use client";

import { useMemo, useState } from "react";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { zoneName } from "#components/ui/format-instant.ts";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Panel } from "#components/ui/panel.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { useNow } from "#components/ui/use-now.ts";
import { timeScale } from "#lib/domain/sagas/time-scale.ts";
import { isEnded, timelineOf } from "#lib/domain/sagas/timeline.ts";

import { ENTRY_WORDS } from "./saga-words.ts";
import { TimelineAxis } from "./timeline-axis.tsx";
import { TimelineDetail } from "./timeline-detail.tsx";
import { drawnLanes, inOrder } from "./timeline-items.ts";
import { TimelineLaneRows } from "./timeline-lane-rows.tsx";
import { useItemCursor } from "./use-item-cursor.ts";
import type { ShownSaga } from "./use-saga.ts";

/** What is to come takes this much of the width a row, and so much at most. */
const TO_COME_SHARE = 0.08;
const MOST_TO_COME_SHARE = 0.32;
/** The words of a deadline, and the head of what is to come, need so much. */
const LEAST_TO_COME_SHARE = 0.12;
const NEVER_MS = 3_600_000;

/** A saga as lanes a service: its steps and messages by time, what waits, what is undone, what is still to come. */
export function SagaTimeline({ saga }: { saga: ShownSaga }) {
  const now = useNow(isEnded(saga.state) ? NEVER_MS : undefined);
  if (now === null) return <Skeleton className="h-80 w-full" />;
  if (saga.steps.length === 0 && saga.journal.length === 0) {
    return (
      <EmptyState
        title="Nothing to draw"
        why="Its source keeps neither steps nor a journal; what it knows stands above and in its data."
      />
    );
  }
  return <Drawn saga={saga} now={now} />;
}

function Drawn({ saga, now }: { saga: ShownSaga; now: number }) {
  const [fold, setFold] = useState(true);
  // A clock of the browser that lags must not put now before what has happened.
  const nowAt = Math.max(now, saga.observedAt);
  const timeline = useMemo(() => timelineOf(saga, nowAt), [saga, nowAt]);
  const scale = useMemo(() => timeScale(timeline.instants, fold), [timeline, fold]);
  const lanes = useMemo(
    () => drawnLanes(timeline, scale, ({ kind }) => ENTRY_WORDS[kind].word),
    [timeline, scale],
  );
  const items = useMemo(() => inOrder(lanes), [lanes]);
  const orders = useMemo(() => new Map(items.map(({ id }, order) => [id, order])), [items]);
  const cursor = useItemCursor(items);
  const ahead = lanes.some(({ rows }) => rows.some(({ due }) => due?.place === "ahead"));
  const past = pastShare(timeline.toCome, ahead);
  const { shown } = cursor;
  const startAt = timeline.instants[0] ?? nowAt;
  return (
    <Panel
      title="Timeline"
      meta={`times in ${zoneName(nowAt)}${untimedWords(timeline.untimed)}`}
      actions={<Checkbox checked={fold} onCheckedChange={setFold} label="Fold idle time" />}
    >
      <div data-timeline role="group" aria-label="Timeline" className="relative">
        <TimelineAxis scale={scale} past={past} startAt={startAt} nowAt={timeline.nowAt} />
        {lanes.map((lane) => (
          <TimelineLaneRows
            key={lane.id}
            lane={lane}
            orders={orders}
            past={past}
            toCome={timeline.toCome}
            tabId={cursor.tabId}
            shownId={shown?.id ?? null}
            actions={cursor.actions}
          />
        ))}
      </div>
      <TimelineDetail item={shown} saga={saga} nowAt={timeline.nowAt} />
    </Panel>
  );
}

/** The part of the width that is the past, from 0 to 1; the rest is for what is to come, and a deadline ahead. */
function pastShare(toCome: number, ahead: boolean): number {
  if (toCome === 0 && !ahead) return 1;
  return 1 - Math.min(MOST_TO_COME_SHARE, Math.max(toCome * TO_COME_SHARE, LEAST_TO_COME_SHARE));
}

function untimedWords(untimed: number): string {
  if (untimed === 0) return "";
  return ` · ${formatCount(untimed)} entries without a time stand in the table alone`;
}
