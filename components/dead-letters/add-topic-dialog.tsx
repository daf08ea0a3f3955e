"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { showToast } from "#components/ui/show-toast.tsx";
import { mutation } from "#lib/client/query.ts";
import { setDeadLetterTopic } from "#lib/contracts/dead-letter-topics.ts";

interface AddTopicDialogProps {
  cluster: string;
  onClose: () => void;
}

/** Adds a dead-letter topic whose name does not tell it. */
export function AddTopicDialog({ cluster, onClose }: AddTopicDialogProps) {
  const form = useId();
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const add = useMutation(mutation(setDeadLetterTopic));
  const topic = name.trim();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (topic === "") return;
    add.mutate(
      { params: { cluster }, body: { topic, choice: "add" } },
      {
        onSuccess: () => {
          showToast({
            tone: "ok",
            title: `${topic} is followed`,
            detail: "Its records are indexed from its start.",
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
      title="Add a dead-letter topic"
      description="Its records are read without joining a group, from the first that is kept, and indexed as dead letters. Headers that nobody knows are shown as they are."
      footer={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" form={form} variant="primary" busy={add.isPending}>
            {topic === "" ? "Follow the topic" : `Follow ${topic}`}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-3">
        {add.error && <ApiErrorState look="inline" error={add.error} what={`The topic ${topic}`} />}
        <Field
          label="Topic"
          hint={`A topic of ${cluster}, by its whole name.`}
          error={tried && topic === "" ? "Write the topic's name." : undefined}
        >
          <Input
            mono
            maxLength={249}
            autoComplete="off"
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
