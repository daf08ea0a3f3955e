"use client";

import { RelativeTime } from "#components/ui/relative-time.tsx";

import { TimelineItemButton } from "./timeline-item-button.tsx";
import type { DrawnLane, DrawnRow } from "./timeline-items.ts";
import { GUTTER, percent } from "./timeline-measures.ts";
import type { ItemActions } from "./use-item-cursor.ts";

interface LaneProps {
  lane: DrawnLane;
  /** The place of each item in the order of time, by id. */
  orders: ReadonlyMap<string, number>;
  past: number;
  /** How many rows have something to come. */
  toCome: number;
  tabId: string | null;
  shownId: string | null;
  actions: ItemActions;
}

/** One service's rows: its name at the left, each step with its bars and marks. */
export function TimelineLaneRows({ lane, ...rest }: LaneProps) {
  return (
    <div role="group" aria-label={laneName(lane)} className="border-line relative border-t">
      {lane.rows.map((drawn, index) => (
        <Row key={drawn.id} drawn={drawn} name={index === 0 ? laneName(lane) : null} {...rest} />
      ))}
    </div>
  );
}

function laneName({ service }: DrawnLane): string {
  return service ?? "unknown service";
}

interface RowProps extends Omit<LaneProps, "lane"> {
  drawn: DrawnRow;
  /** The lane's name, on its first row. */
  name: string | null;
}

function Row({ drawn, name, orders, past, toCome, tabId, shownId, actions }: RowProps) {
  const { row, items, due } = drawn;
  return (
    <div className="relative flex h-8 items-center">
      <div className="flex shrink-0 items-baseline gap-2 pr-3 text-xs" style={{ width: GUTTER }}>
        {name !== null && (
          <span className="max-w-1/2 shrink-0 truncate font-medium" title={name}>
            {name}
          </span>
        )}
        <span className="text-muted min-w-0 flex-1 truncate text-right" title={row.step ?? undefined}>
          {row.step}
          {row.pivot && <span title="Past it nothing is compensated."> ◆</span>}
        </span>
      </div>
      <div className="relative h-full min-w-0 flex-1">
        {due !== null && (
          <span
            className="border-warning text-warning tabular absolute inset-y-1.5 flex items-center border-l-2 border-dotted pl-1 text-[11px] whitespace-nowrap"
            style={{
              left: due.place === "ahead" ? `calc(${percent(past)} + 8px)` : percent(due.place * past),
            }}
          >
            {due.place === "ahead" ? (
              <>
                due&nbsp;
                <RelativeTime at={due.at} />
              </>
            ) : (
              <span className="sr-only">An answer was due here.</span>
            )}
          </span>
        )}
        {items.map(
          ({ id, to, note }) =>
            note?.within === false && (
              <span
                key={id}
                aria-hidden
                className="tabular text-muted pointer-events-none absolute top-1/2 ml-2.5 -translate-y-1/2 text-[11px] whitespace-nowrap"
                style={{ left: percent(to * past) }}
              >
                {note.words}
              </span>
            ),
        )}
        {items.map((item) => (
          <TimelineItemButton
            key={item.id}
            item={item}
            order={orders.get(item.id) ?? 0}
            past={past}
            toCome={toCome}
            tabbed={item.id === tabId}
            shown={item.id === shownId}
            actions={actions}
          />
        ))}
      </div>
    </div>
  );
}
