"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Input } from "#components/ui/input.tsx";
import { Link } from "#components/ui/link.tsx";
import { mutation } from "#lib/client/query.ts";
import { paths } from "#lib/contracts/paths.ts";
import { produceRecord } from "#lib/contracts/records.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";

import { BytesField } from "./bytes-field.tsx";
import { HeaderFields } from "./header-fields.tsx";
import {
  bodyOf,
  draftFaults,
  draftOf,
  emptyDraft,
  type DraftOf,
  type ProduceDraft,
} from "./produce-draft.ts";
import type { RecordAt } from "./record-key.ts";

interface ProduceDialogProps {
  cluster: string;
  topic: string;
  /** The record to begin with. */
  like: ShownRecord | undefined;
  onClose: () => void;
}

/** Writes one record, once it was said why. */
export function ProduceDialog({ cluster, topic, like, onClose }: ProduceDialogProps) {
  const form = useId();
  const [begun] = useState<DraftOf>(() =>
    like === undefined ? { draft: emptyDraft(topic), left: [] } : draftOf(like),
  );
  const [draft, setDraft] = useState<ProduceDraft>(begun.draft);
  const [tried, setTried] = useState(false);
  const produce = useMutation(mutation(produceRecord));
  const faults = draftFaults(draft);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faults).length === 0) produce.mutate({ params: { cluster }, body: bodyOf(draft) });
  };
  const change = (part: Partial<ProduceDraft>) => setDraft({ ...draft, ...part });
  const shown = tried ? faults : {};
  if (produce.data !== undefined) return <Produced cluster={cluster} at={produce.data} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="lg"
      title="Produce a record"
      description="There is no undo: consumers that read it have read it. It is acknowledged by all replicas in sync, and kept in the audit with your reason."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={produce.isPending}>
            Produce 1 record to {draft.topic.trim() === "" ? "…" : draft.topic.trim()}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        {produce.error && (
          <ErrorState
            look="inline"
            title="The record was not confirmed."
            detail={produce.error.message}
            next={
              produce.error.is("cluster_unreachable") || produce.error.status === 0
                ? "It may have been written: look at the newest records before you try again."
                : undefined
            }
            requestId={produce.error.requestId}
          />
        )}
        {begun.left.length > 0 && (
          <Callout tone="warning" title="Not all of the record could be taken over.">
            {begun.left.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </Callout>
        )}
        <div className="grid grid-cols-[1fr_160px] gap-3">
          <Field label="Topic" error={shown.topic}>
            <Input mono value={draft.topic} onChange={(event) => change({ topic: event.target.value })} />
          </Field>
          <Field label="Partition" error={shown.partition} optional>
            <Input
              mono
              inputMode="numeric"
              placeholder="by the key"
              value={draft.partition}
              onChange={(event) => change({ partition: event.target.value })}
            />
          </Field>
        </div>
        <BytesField
          label="Key"
          rows={1}
          nullMeans="No key: without a partition the record goes anywhere."
          bytes={draft.key}
          onChange={(key) => change({ key })}
        />
        <BytesField
          label="Value"
          rows={8}
          nullMeans="A tombstone: compaction removes what the key had before."
          bytes={draft.value}
          onChange={(value) => change({ value })}
        />
        <HeaderFields
          headers={draft.headers}
          fault={shown.headers}
          onChange={(headers) => change({ headers })}
        />
        <Field label="Reason" error={shown.reason} hint="Kept in the audit.">
          <Input
            maxLength={500}
            value={draft.reason}
            onChange={(event) => change({ reason: event.target.value })}
          />
        </Field>
      </form>
    </Dialog>
  );
}

function Produced({ cluster, at, onClose }: { cluster: string; at: RecordAt; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="sm"
      title="The record is written"
      description={`${at.topic}, partition ${at.partition}, offset ${formatCount(at.offset)}.`}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button asChild variant="primary">
            <Link href={paths.record(cluster, at)}>See the record</Link>
          </Button>
        </>
      }
    />
  );
}
