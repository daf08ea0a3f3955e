"use client";

import { SlidersHorizontal } from "lucide-react";
import { debounce, parseAsString, useQueryState } from "nuqs";

import { Badge } from "#components/ui/badge.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import type { TopicConfig } from "#lib/domain/topics/topic.ts";

import { configMeaning, shownConfigs } from "./config-words.ts";
import { TOPIC_CONFIG_FILE } from "./topic-files.ts";

const COLUMNS: Column<TopicConfig>[] = [
  { id: "name", header: "Setting", width: "38%", cell: (row) => <CopyId value={row.name} what="setting" /> },
  { id: "value", header: "Value", cell: (row) => <ConfigValue config={row} /> },
  {
    id: "source",
    header: "Source",
    hint: "Whether the topic sets the value itself or takes the broker's default.",
    width: "132px",
    cell: (row) =>
      row.overridden ? (
        <Badge tone="notice">set on topic</Badge>
      ) : (
        <span className="text-muted">default</span>
      ),
  },
];

interface TopicConfigsProps {
  topic: string;
  /** `undefined` while loading. */
  configs: readonly TopicConfig[] | undefined;
  /** Why the broker did not tell them. */
  failure: string | undefined;
}

/** The settings of a topic, the overridden first, with a filter over names and values. */
export function TopicConfigs({ topic, configs, failure }: TopicConfigsProps) {
  const [filter, setFilter] = useQueryState(
    "config",
    parseAsString.withDefault("").withOptions({ limitUrlUpdates: debounce(250) }),
  );
  const shown = configs && shownConfigs(configs, filter);
  const overridden = configs?.filter((config) => config.overridden).length;
  return (
    <div>
      <div className="mb-3 flex items-center gap-3">
        <SearchInput label="Filter settings" value={filter} onValueChange={(next) => void setFilter(next)} />
        {overridden !== undefined && configs !== undefined && configs.length > 0 && (
          <p className="text-muted text-xs">
            {overridden === 0 ? "All" : `${overridden} set on the topic,`} {configs.length - overridden} from
            the broker
          </p>
        )}
      </div>
      <div className="border-line bg-raised rounded border">
        <DataTable
          label={`Settings of ${topic}`}
          columns={COLUMNS}
          rows={shown}
          rowKey={(row) => row.name}
          file={{ name: [topic, "settings"], columns: TOPIC_CONFIG_FILE }}
          resetKey={filter}
          empty={
            <EmptyState
              icon={SlidersHorizontal}
              title={filter === "" ? "Settings are not known" : "No setting matches"}
              why={
                filter === "" ? (failure ?? "The broker told none.") : `No name or value holds “${filter}”.`
              }
            />
          }
        />
      </div>
    </div>
  );
}

function ConfigValue({ config }: { config: TopicConfig }) {
  if (config.value === null) return <UnknownDash reason="Kafka withholds it: the setting is sensitive." />;
  if (config.value === "") return <span className="text-muted">empty</span>;
  const meaning = configMeaning(config);
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <CopyId value={config.value} what="value" />
      {meaning !== null && <span className="text-muted shrink-0 text-xs">{meaning}</span>}
    </span>
  );
}
