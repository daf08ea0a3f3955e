import { Callout } from "#components/ui/callout.tsx";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";

interface PartialFailuresProps {
  failures: readonly PartialFailure[];
}

/** What the last sweep could not read, above the rest that stands. A cluster that is unreachable is said by the frame. */
export function PartialFailures({ failures }: PartialFailuresProps) {
  const shown = failures.filter(({ subject }) => !subject.startsWith("cluster "));
  const [first] = shown;
  if (first === undefined) return null;
  const title =
    shown.length === 1
      ? `${first.subject} could not be read.`
      : `${shown.length} parts of this list could not be read.`;
  return (
    <div className="mb-3">
      <Callout tone="warning" title={title}>
        {shown.length === 1
          ? first.reason
          : shown.map(({ subject, reason }) => `${subject}: ${reason}`).join(" ")}
      </Callout>
    </div>
  );
}
