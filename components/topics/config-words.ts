import { formatQuantity } from "#components/ui/format-quantity.ts";
import type { TopicConfig } from "#lib/domain/topics/topic.ts";

import { writtenDuration } from "./retention-words.ts";

/** Settings where Kafka's -1 means that there is no limit. */
const UNLIMITED = new Set(["retention.ms", "retention.bytes"]);
/** Settings where Kafka's greatest long means that there is no limit. */
const LONG_MAX = "9223372036854775807";
/** `local.retention.*` take the value of `retention.*` at -2. */
const AS_RETENTION = /^local\.retention\.(ms|bytes)$/;

/** What a setting's bare number means in words (`7 days`, `1.07 GB`, `no limit`); null where it says enough itself. */
export function configMeaning({ name, value }: TopicConfig): string | null {
  if (value === null || !/^-?\d+$/.test(value)) return null;
  if (value === LONG_MAX || (value === "-1" && UNLIMITED.has(name))) return "no limit";
  if (value === "-2" && AS_RETENTION.test(name)) return "as retention";
  const number = Number(value);
  if (number <= 0) return null;
  if (name.endsWith(".ms") && number >= 1_000) return writtenDuration(number);
  if (name.endsWith(".bytes") && number >= 1_000) return formatQuantity("bytes", number);
  return null;
}

/** Settings that hold `filter` in name or value, the overridden first, then by name. */
export function shownConfigs(configs: readonly TopicConfig[], filter: string): TopicConfig[] {
  const wanted = filter.trim().toLowerCase();
  return configs
    .filter(({ name, value }) => wanted === "" || `${name} ${value ?? ""}`.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.overridden) - Number(a.overridden) || a.name.localeCompare(b.name));
}
