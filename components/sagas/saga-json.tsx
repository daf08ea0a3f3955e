"use client";

import { useMemo } from "react";
import { z } from "zod";

import { JsonView } from "#components/ui/json-view.tsx";
import { toWire, urlOf } from "#lib/client/call.ts";
import { getSaga } from "#lib/contracts/sagas.ts";

import type { ShownSaga } from "./use-saga.ts";

/** The saga as the API answers it, with the address to ask. */
export function SagaJson({ saga }: { saga: ShownSaga }) {
  const text = useMemo(() => JSON.stringify(z.encode(getSaga.response, saga)), [saga]);
  const address = urlOf(getSaga, toWire(getSaga, { params: { id: saga.id } }));
  return (
    <div className="flex flex-col gap-2">
      <p className="text-muted text-xs">
        <code>GET {address}</code>
      </p>
      <JsonView text={text} label="saga, JSON" openTo={2} maxHeight="calc(100vh - 280px)" />
    </div>
  );
}
