"use client";

import { CopyId } from "#components/ui/copy-id.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Panel } from "#components/ui/panel.tsx";

import { useMay } from "./use-may.ts";

interface TopKeysProps {
  /** Most dead letters first. */
  keys: readonly { key: string; count: number }[];
}

/** The keys that a cause hit most: one key again and again is a poison pill, many once each are not. */
export function TopKeys({ keys }: TopKeysProps) {
  const may = useMay("records:read");
  const greatest = Math.max(1, ...keys.map(({ count }) => count));
  return (
    <Panel title="Keys hit most" meta="dead letters a key">
      {keys.length === 0 ? (
        <p className="text-muted text-sm">
          {may === false
            ? "Keys need the permission records:read, which the role operator has."
            : "The records have no key, or keys are not kept on this cluster (previews are off)."}
        </p>
      ) : (
        <ol className="flex flex-col gap-1 text-sm">
          {keys.map(({ key, count }) => (
            <li key={key} className="relative flex items-center justify-between gap-3 px-2 py-0.5">
              <span
                aria-hidden
                className="bg-sunken absolute inset-y-0 left-0 rounded-sm"
                style={{ width: `${(count / greatest) * 100}%` }}
              />
              <span className="relative min-w-0">
                <CopyId value={key} what="key" />
              </span>
              <span className="tabular relative">{formatCount(count)}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
