"use client";

import { useState } from "react";

import { ChartPanel } from "#components/charts/chart-panel.tsx";
import { HeatMap } from "#components/charts/heat-map.tsx";
import { PartitionStrip } from "#components/charts/partition-strip.tsx";
import { Sparkline } from "#components/charts/sparkline.tsx";
import { formatClock } from "#components/ui/format-instant.ts";
import { Panel } from "#components/ui/panel.tsx";
import { TONES } from "#components/ui/tone.ts";

import { GallerySection } from "./gallery-section.tsx";
import { sampleInstants, sampleValues, wave } from "./sample-data.ts";

const NAMES = [
  "order.order.created",
  "order.payment.completed",
  "inventory.stock.reserved",
  "order.order.completed",
  "audit.entry.written",
  "search.document.changed",
];

/** Charts in each of their states. */
export function ChartsSection({ now }: { now: number }) {
  const [range, setRange] = useState("");
  const at = sampleInstants(now);
  const lag = NAMES.slice(0, 3).map((name, index) => ({
    id: name,
    name,
    values: sampleValues(index + 1, 6_000 - index * 1_800, [150, 170]),
  }));
  const shared = {
    at,
    syncId: "gallery",
    onRangeSelect: (from: number, to: number) => {
      setRange(`${formatClock(from)} to ${formatClock(to)}`);
    },
  };
  return (
    <GallerySection title={`Charts ${range}`}>
      <div className="grid grid-cols-2 gap-4">
        <ChartPanel
          title="Lag by topic"
          meta="records, stacked"
          kind="count"
          stacked
          series={lag}
          thresholds={[{ value: 9_000, label: "alert above", tone: "critical" }]}
          marks={[
            { at: now - 2_400_000, label: "rebalance, 3 members", tone: "notice" },
            { at: now - 900_000, label: "offsets reset by ana", tone: "warning" },
          ]}
          {...shared}
        />
        <ChartPanel
          title="Lag of the worst groups"
          meta="records"
          kind="count"
          series={NAMES.map((name, index) => ({
            id: name,
            name,
            values: sampleValues(index * 1.7, 900_000 / (index + 1)),
          }))}
          {...shared}
        />
        <ChartPanel
          title="Arriving and read"
          meta="records a second"
          kind="rate"
          series={[
            { id: "end", name: "arrive", values: sampleValues(4, 181), hue: "muted" },
            { id: "commit", name: "read", values: sampleValues(5, 120, [60, 66]) },
          ]}
          {...shared}
        />
        <ChartPanel
          title="Time lag"
          kind="durationMs"
          filled
          series={[{ id: "time", name: "time lag", values: sampleValues(6, 252_000) }]}
          {...shared}
        />
        <ChartPanel
          title="Size"
          kind="bytes"
          filled
          series={[{ id: "size", name: "size", values: sampleValues(7, 4_200_000_000) }]}
          {...shared}
        />
        <ChartPanel
          title="No samples"
          kind="count"
          series={[]}
          at={[]}
          empty="The group has no samples in this hour."
        />
        <ChartPanel title="Loading" kind="count" series={[]} at={undefined} />
        <Panel title="Lag by partition" meta="records · greatest lag a slot" className="col-span-2">
          <HeatMap
            label="Lag by partition, records"
            at={at}
            slotMs={(at[1] ?? 0) - (at[0] ?? 0)}
            kind="count"
            unit="records"
            rows={Array.from({ length: 6 }, (_, partition) => ({
              id: String(partition),
              name: `partition ${partition}`,
              values: sampleValues(partition, partition === 4 ? 40_000 : 300, [150, 170]),
            }))}
            onRangeSelect={shared.onRangeSelect}
          />
        </Panel>
        <Panel title="Strips and sparklines">
          <div className="flex flex-col gap-4">
            <PartitionStrip
              label="lag by partition"
              bars={Array.from({ length: 24 }, (_, index) => ({
                id: String(index),
                value: index === 9 ? null : Math.round(wave(index, 2) * 900),
                tone: index === 4 ? ("critical" as const) : ("neutral" as const),
                hint: `partition ${index}: ${index === 9 ? "unknown" : Math.round(wave(index, 2) * 900)} records`,
              }))}
            />
            <div className="flex gap-4">
              {TONES.map((tone) => (
                <Sparkline
                  key={tone}
                  label={`a ${tone} line`}
                  tone={tone}
                  values={sampleValues(3, 40, [90, 120])}
                />
              ))}
            </div>
          </div>
        </Panel>
      </div>
    </GallerySection>
  );
}
