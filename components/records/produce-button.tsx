"use client";

import { useQuery } from "@tanstack/react-query";
import { PencilLine } from "lucide-react";
import { useState } from "react";

import { Button } from "#components/ui/button.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import { listClusters } from "#lib/contracts/clusters.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";

import { ProduceDialog } from "./produce-dialog.tsx";

interface ProduceButtonProps {
  cluster: string;
  topic: string;
  /** Begins with this record. */
  like?: ShownRecord;
}

/** The way to producing a record; where there is none it says why on hover and focus. */
export function ProduceButton({ cluster, topic, like }: ProduceButtonProps) {
  const [open, setOpen] = useState(false);
  const why = useRefusal(cluster);
  const words = like === undefined ? "Produce…" : "Produce again from this record…";
  const look =
    like === undefined ? ({ size: "md" } as const) : ({ size: "sm", className: "self-start" } as const);
  if (why !== null) {
    return (
      <Tooltip content={why}>
        <Button
          icon={PencilLine}
          aria-disabled
          {...look}
          className={`${look.className ?? ""} cursor-not-allowed opacity-50`}
        >
          {words}
          <span className="sr-only">{why}</span>
        </Button>
      </Tooltip>
    );
  }
  return (
    <>
      <Button
        icon={PencilLine}
        {...look}
        onClick={() => {
          setOpen(true);
        }}
      >
        {words}
      </Button>
      {open && (
        <ProduceDialog
          cluster={cluster}
          topic={topic}
          like={like}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

/** Why this person cannot produce here; null when they can, an empty text while that is not known. */
function useRefusal(cluster: string): string | null {
  const me = useQuery(query(getMe, {}));
  const clusters = useQuery(query(listClusters, {}));
  if (me.data === undefined || clusters.data === undefined) return "";
  if (!me.data.permissions.includes("records:produce"))
    return "This needs the role operator: ask an administrator.";
  if (clusters.data.items.some(({ id, readOnly }) => id === cluster && readOnly))
    return "The configuration makes this cluster read-only.";
  return null;
}
