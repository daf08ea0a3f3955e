import { Link } from "#components/ui/link.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { paths } from "#lib/contracts/paths.ts";

import { SagaStateTag } from "./saga-state-tag.tsx";
import type { ShownSaga } from "./use-saga.ts";

/** Other sagas of the same correlation id, in any source. Nothing where there are none. */
export function RelatedSagas({ saga }: { saga: ShownSaga }) {
  const others = saga.related.filter(({ id }) => id !== saga.id);
  if (others.length === 0) return null;
  return (
    <Panel title="Related" meta="sagas of the same correlation id">
      <ul className="flex flex-col gap-1.5 text-sm">
        {others.map((other) => (
          <li key={other.id} className="flex items-baseline gap-4">
            <span className="w-32 shrink-0">
              <SagaStateTag saga={other} />
            </span>
            <Link href={paths.saga(other.id)} className="link-quiet min-w-0 truncate" title={other.sagaId}>
              <span className="font-medium">{other.type}</span>{" "}
              <code className="text-muted text-[0.93em]">{other.sagaId}</code>
            </Link>
            <span className="text-muted ml-auto shrink-0 text-xs">
              {other.source} · <RelativeTime at={other.updatedAt} reason="Its source keeps no times." />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
