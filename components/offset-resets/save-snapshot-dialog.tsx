"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { showToast } from "#components/ui/show-toast.tsx";
import { mutation } from "#lib/client/query.ts";
import { saveOffsetSnapshot } from "#lib/contracts/offset-resets.ts";
import { partitionsPhrase } from "#lib/domain/time/phrase.ts";

import { groupLabel } from "./group-label.ts";
import { ResetRefusal } from "./reset-refusal.tsx";

interface SaveSnapshotDialogProps {
  cluster: string;
  group: string;
  onClose: () => void;
}

/** Keeps the present commits of a group under a name. */
export function SaveSnapshotDialog({ cluster, group, onClose }: SaveSnapshotDialogProps) {
  const form = useId();
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const save = useMutation(mutation(saveOffsetSnapshot));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() === "") return;
    save.mutate(
      { params: { cluster, group }, body: { name: name.trim() } },
      {
        onSuccess: (saved) => {
          showToast({
            tone: "ok",
            title: `${saved.name} holds the commits of ${partitionsPhrase(saved.partitionCount)}`,
          });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="sm"
      title="Save a snapshot"
      description={`The commits of ${groupLabel(group)} are read from Kafka now and kept.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={save.isPending}>
            Save snapshot
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        {save.error && <ResetRefusal error={save.error} what="The snapshot" />}
        <Field
          label="Name"
          hint="Such as: before the import of 22 November."
          error={tried && name.trim() === "" ? "Give it a name." : undefined}
        >
          <Input maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
