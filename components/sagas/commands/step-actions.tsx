"use client";

import { Ellipsis } from "lucide-react";
import { useState } from "react";

import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu } from "#components/ui/menu.tsx";
import type { MeantCommand } from "#lib/domain/sagas/command-effects.ts";
import type { SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";

import { CommandDialog } from "./command-dialog.tsx";
import { COMMAND_WORDS, commandTitle } from "./command-words.ts";
import type { CommandedSaga } from "./commanded-saga.ts";
import { useOperatorRefusal } from "./use-operator-refusal.ts";

interface StepActionsProps {
  saga: CommandedSaga;
  /** The step's name. */
  step: string;
  onSent?: (sent: SagaCommandRecord) => void;
}

/** What may be asked about one step, as a menu; nothing is drawn for a step that no command is about now. */
export function StepActions({ saga, step, onSent }: StepActionsProps) {
  const [meant, setMeant] = useState<MeantCommand | null>(null);
  const refusal = useOperatorRefusal();
  const offers = saga.commands.filter((offer) => offer.step === step);
  const shown = saga.readOnly === null && offers.length > 0 && refusal !== "";
  return (
    <>
      {shown && (
        <Menu
          align="end"
          trigger={<IconButton icon={Ellipsis} label={`What can be done about the step ${step}`} size="sm" />}
          items={offers.map((offer) => ({
            label: `${commandTitle(offer.command, step)}…`,
            refused: refusal ?? offer.refusal ?? undefined,
            ...(COMMAND_WORDS[offer.command].danger ? { tone: "critical" as const } : {}),
            onSelect: () => setMeant({ command: offer.command, step }),
          }))}
        />
      )}
      {meant !== null && (
        <CommandDialog
          saga={saga}
          meant={meant}
          onClose={() => setMeant(null)}
          onSent={(sent) => onSent?.(sent)}
        />
      )}
    </>
  );
}
