"use client";

import { useMutation } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState, type SyntheticEvent } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { mutation } from "#lib/client/query.ts";
import { updateCause } from "#lib/contracts/dead-letters.ts";
import type { DeadLetterCause } from "#lib/domain/dead-letters/dead-letter.ts";

import { ticketHref } from "./ticket-href.ts";
import { useMay } from "./use-may.ts";

interface CauseNotesProps {
  cluster: string;
  cause: DeadLetterCause;
}

/** What people wrote of a cause: owner, ticket and note. They survive a redrive. */
export function CauseNotes({ cluster, cause }: CauseNotesProps) {
  const may = useMay("dead-letters:operate");
  const [editing, setEditing] = useState(false);
  return (
    <Panel
      title="Notes"
      meta="kept when the dead letters are redriven"
      actions={
        may === true &&
        !editing && (
          <Button size="sm" icon={Pencil} onClick={() => setEditing(true)}>
            Edit
          </Button>
        )
      }
    >
      {editing ? (
        <NotesForm cluster={cluster} cause={cause} onClose={() => setEditing(false)} />
      ) : (
        <Written cause={cause} />
      )}
    </Panel>
  );
}

function Written({ cause: { note, owner, ticket } }: { cause: DeadLetterCause }) {
  if (note === null && owner === null && ticket === null)
    return <p className="text-muted text-sm">Nobody has written anything yet: who looks at it, and where?</p>;
  const href = ticket === null ? null : ticketHref(ticket);
  return (
    <DefinitionList
      items={[
        { term: "Owner", value: owner ?? "nobody" },
        {
          term: "Ticket",
          value:
            href === null ? (
              (ticket ?? "none")
            ) : (
              <a
                href={href}
                target="_blank"
                rel="noreferrer"
                className="text-accent underline underline-offset-3"
              >
                {ticket}
              </a>
            ),
        },
        {
          term: "Note",
          value: <span className="block whitespace-pre-wrap">{note ?? "none"}</span>,
        },
      ]}
    />
  );
}

/** What was typed, or null for nothing. */
function textOrNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}

function NotesForm({ cluster, cause, onClose }: CauseNotesProps & { onClose: () => void }) {
  const [owner, setOwner] = useState(cause.owner ?? "");
  const [ticket, setTicket] = useState(cause.ticket ?? "");
  const [note, setNote] = useState(cause.note ?? "");
  const save = useMutation(mutation(updateCause));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate(
      {
        params: { cluster, id: cause.id },
        body: { owner: textOrNull(owner), ticket: textOrNull(ticket), note: textOrNull(note) },
      },
      { onSuccess: onClose },
    );
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-3">
      {save.error && <ApiErrorState look="inline" error={save.error} what="The notes" />}
      <div className="grid grid-cols-2 gap-3">
        <Field label="Owner" optional>
          <Input maxLength={200} value={owner} onChange={(event) => setOwner(event.target.value)} />
        </Field>
        <Field label="Ticket" optional hint="A number or an address.">
          <Input maxLength={500} value={ticket} onChange={(event) => setTicket(event.target.value)} />
        </Field>
      </div>
      <Field label="Note" optional>
        <Textarea rows={4} maxLength={4_000} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div className="flex items-center gap-2">
        <Button type="submit" variant="primary" busy={save.isPending}>
          Keep notes
        </Button>
        <Button variant="ghost" onClick={onClose}>
          Leave them
        </Button>
      </div>
    </form>
  );
}
