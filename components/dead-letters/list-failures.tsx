import { Callout } from "#components/ui/callout.tsx";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";

interface ListFailuresProps {
  failures: readonly PartialFailure[];
}

/**
 * What could not be read, above the rest that stands. A cluster that is unreachable is said by the frame, and topics
 * that are not followed by the notices over the list.
 */
export function ListFailures({ failures }: ListFailuresProps) {
  const shown = failures.filter(({ subject }) => !/^(?:cluster|topic) /.test(subject));
  if (shown.length === 0) return null;
  return (
    <div className="mb-3">
      <Callout tone="warning" title="A part of this list could not be read.">
        {shown.map(({ subject, reason }) => (
          <p key={subject}>
            {subject}: {reason}
          </p>
        ))}
      </Callout>
    </div>
  );
}
