import { SearchX, Waypoints } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

interface NoSagasProps {
  filtered: boolean;
  onClear: () => void;
  /** Whether any saga is counted at all; `undefined` while that is not known. */
  any: boolean | undefined;
}

/** How a source is declared: a database of services, and a choreography that has no table. */
const CONFIG_SNIPPET = `databases:
  - id: shop
    cluster: production
    url: \${SHOP_READ_ONLY_URL}
    sagas:
      - preset: kit        # or eventuate, dbos, seata
      - preset: view       # any other engine
        view: sluice_sagas
choreographies:
  - type: order
    cluster: production
    starts: [order.order.created]
    rules:
      - event: order.order.created
        next: [order.payment.completed]
        withinSeconds: 60
    compensations: [order.payment.cancelled]
    completes: [order.payment.completed]
    compensates: [order.order.cancelled]
sagas:
  commandKey: \${SAGA_COMMAND_KEY}`;

/** No saga to show: because the filter finds none, because a source is empty, or because none is configured. */
export function NoSagas({ filtered, onClear, any }: NoSagasProps) {
  if (filtered) {
    return (
      <EmptyState
        icon={SearchX}
        title="No saga matches"
        why="Words are looked for in the data of the newest 5,000 sagas that the rest of the filter leaves."
        next={<Button onClick={onClear}>Clear the filter</Button>}
      />
    );
  }
  if (any === undefined)
    return <EmptyState icon={Waypoints} title="No saga yet" why="The sources are being counted." />;
  return (
    <EmptyState
      icon={Waypoints}
      title="No saga yet"
      why="Sagas are read where they live: in the tables of the services that run them, or, for choreographies, from the headers of the topics you declare. Name them in sluice.config.yaml; a read-only database role is enough."
      next={
        <div className="w-130 max-w-full text-left">
          <CodeBlock code={CONFIG_SNIPPET} label="sluice.config.yaml" maxHeight="420px" />
        </div>
      }
    />
  );
}
