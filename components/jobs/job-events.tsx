import { Panel } from "#components/ui/panel.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { JobEvent } from "#lib/domain/jobs/job.ts";

/** What was done to a job, by whom and when, newest first. */
export function JobEvents({ events }: { events: readonly JobEvent[] }) {
  return (
    <Panel title="Trail" meta="newest first; kept with the job">
      {events.length === 0 ? (
        <p className="text-muted text-sm">Nothing yet.</p>
      ) : (
        <ol className="flex flex-col gap-2 text-sm">
          {events.toReversed().map((event, index) => (
            <li key={`${event.at} ${events.length - index}`} className="flex items-baseline gap-4">
              <span className="text-muted w-32 shrink-0 text-right text-xs">
                <RelativeTime at={event.at} />
              </span>
              <span className="min-w-0 break-words">
                <span className="font-medium">{event.actor}</span>{" "}
                <span className="text-muted">{event.what}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
