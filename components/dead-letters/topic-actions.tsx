"use client";

import { useMutation } from "@tanstack/react-query";
import { Ellipsis, Eye, EyeOff, Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";

import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu } from "#components/ui/menu.tsx";
import { showToast } from "#components/ui/show-toast.tsx";
import { mutation } from "#lib/client/query.ts";
import { setDeadLetterTopic } from "#lib/contracts/dead-letter-topics.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { DeadLetterTopic } from "#lib/domain/dead-letters/dead-letter.ts";

interface TopicActionsProps {
  cluster: string;
  topic: DeadLetterTopic;
  /** Who may see it only is shown the links. */
  mayChoose: boolean;
}

type Choice = "add" | "leave-out" | "as-found";

const DONE: Readonly<Record<Choice, string>> = {
  add: "is followed",
  "leave-out": "is left out: what comes is not indexed",
  "as-found": "is left to what was found",
};

/** What can be done with a dead-letter topic: follow it by hand, leave it out, or take either back. */
export function TopicActions({ cluster, topic, mayChoose }: TopicActionsProps) {
  const router = useRouter();
  const set = useMutation(mutation(setDeadLetterTopic));
  const choose = (choice: Choice) => {
    set.mutate(
      { params: { cluster }, body: { topic: topic.topic, choice } },
      {
        onSuccess: () => showToast({ tone: "ok", title: `${topic.topic} ${DONE[choice]}` }),
        onError: (error) =>
          showToast({
            tone: "critical",
            title: `${topic.topic} could not be changed.`,
            detail: error.message,
          }),
      },
    );
  };
  return (
    <Menu
      align="end"
      trigger={<IconButton size="sm" icon={Ellipsis} label={`What to do with ${topic.topic}`} />}
      items={[
        {
          label: "See its causes",
          onSelect: () => {
            router.push(paths.deadLetters(cluster, topic.topic));
          },
        },
        {
          label: "Read its records",
          onSelect: () => {
            router.push(paths.records(cluster, topic.topic));
          },
        },
        ...(mayChoose
          ? [
              { kind: "rule" as const },
              topic.leftOut
                ? { label: "Follow it", icon: Eye, onSelect: () => choose("add") }
                : { label: "Leave it out", icon: EyeOff, onSelect: () => choose("leave-out") },
              ...(topic.foundBy === "hand" || topic.leftOut
                ? [{ label: "Leave it to what was found", icon: Undo2, onSelect: () => choose("as-found") }]
                : []),
            ]
          : []),
      ]}
    />
  );
}
