"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";

import { Tabs } from "#components/ui/tabs.tsx";

import { SagaData } from "./saga-data.tsx";
import { SagaJson } from "./saga-json.tsx";
import { SagaTables } from "./saga-tables.tsx";
import { SagaTimeline } from "./saga-timeline.tsx";
import type { ShownSaga } from "./use-saga.ts";

const TABS = ["timeline", "table", "data", "json"] as const;

/** The same saga as a timeline, as tables, by its data, and as JSON. */
export function SagaTabs({ saga }: { saga: ShownSaga }) {
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(TABS).withDefault("timeline"));
  return (
    <Tabs<(typeof TABS)[number]>
      label="Saga details"
      value={tab}
      onValueChange={(next) => void setTab(next)}
      tabs={[
        { id: "timeline", label: "Timeline", panel: <SagaTimeline saga={saga} /> },
        { id: "table", label: "Table", count: saga.journal.length, panel: <SagaTables saga={saga} /> },
        { id: "data", label: "Data", panel: <SagaData saga={saga} /> },
        { id: "json", label: "JSON", panel: <SagaJson saga={saga} /> },
      ]}
    />
  );
}
