"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useState, type SyntheticEvent } from "react";

import { isReason, ReasonField } from "#components/layout/reason-field.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { mutation } from "#lib/client/query.ts";
import { paths } from "#lib/contracts/paths.ts";
import { sendSagaCommands } from "#lib/contracts/saga-commands.ts";
import { SAGA_COMMANDS, type SagaCommand } from "#lib/domain/sagas/saga.ts";

import type { BatchFilter } from "./batch-filter.ts";
import { BatchMatching } from "./batch-matching.tsx";
import { sagasPhrase } from "./batch-summary.ts";
import { CommandRefusal } from "./command-refusal.tsx";
import { COMMAND_WORDS } from "./command-words.ts";
import { useMatching } from "./use-matching.ts";

interface BatchDialogProps {
  filter: BatchFilter;
  onClose: () => void;
}

const OPTIONS = SAGA_COMMANDS.map((command) => ({
  value: command,
  label: `${COMMAND_WORDS[command].verb}: ${COMMAND_WORDS[command].meaning}`,
}));

/** One command to many sagas, staged: which they are now, what is done to each, why; then the page of the batch. */
export function BatchDialog({ filter, onClose }: BatchDialogProps) {
  const form = useId();
  const router = useRouter();
  const [command, setCommand] = useState<SagaCommand>("retry");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const matching = useMatching(filter);
  const send = useMutation(mutation(sendSagaCommands));
  const count = matching.data?.rows.length ?? 0;
  const ready = matching.data !== undefined && !matching.data.tooMany && count > 0;
  const { verb, danger } = COMMAND_WORDS[command];
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!ready || !isReason(reason) || send.isPending) return;
    send.mutate(
      { body: { command, step: null, filter, reason: reason.trim(), expectedCount: count } },
      { onSuccess: ({ id }) => router.push(paths.sagaCommands(id)) },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Move all sagas of this list"
      description="The sagas that match now get the command one after the other, with a result each. One that moves before its turn is left alone."
      footer={
        <>
          <Button onClick={onClose}>Leave them</Button>
          <Button
            type="submit"
            form={form}
            variant={danger ? "danger" : "primary"}
            busy={send.isPending}
            disabled={!ready}
          >
            {ready ? `${verb}: ${sagasPhrase(count)}` : verb}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <BatchMatching matching={matching.data} command={command} />
        {matching.error && <CommandRefusal error={matching.error} what="The count" />}
        <Field label="Command" hint="About the step where each saga stands.">
          <Select value={command} onValueChange={setCommand} options={OPTIONS} />
        </Field>
        <ReasonField
          hint="Stands in the journal of each saga and in the audit."
          value={reason}
          onChange={setReason}
          tried={tried}
        />
        {send.error && <CommandRefusal error={send.error} what="The batch" />}
      </form>
    </Dialog>
  );
}
