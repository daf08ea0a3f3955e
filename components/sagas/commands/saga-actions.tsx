"use client";

import { useState } from "react";

import { Button } from "#components/ui/button.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import type { MeantCommand } from "#lib/domain/sagas/command-effects.ts";
import type { OfferedCommand } from "#lib/domain/sagas/saga.ts";
import type { SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";

import { CommandDialog } from "./command-dialog.tsx";
import { commandTitle } from "./command-words.ts";
import type { CommandedSaga } from "./commanded-saga.ts";
import { useOperatorRefusal } from "./use-operator-refusal.ts";

interface SagaActionsProps {
  saga: CommandedSaga;
  onSent?: (sent: SagaCommandRecord) => void;
}

/** What an operator may ask of a saga; what is not offered is there still and says why. */
export function SagaActions({ saga, onSent }: SagaActionsProps) {
  const [meant, setMeant] = useState<MeantCommand | null>(null);
  return (
    <>
      <Offers saga={saga} onChoose={setMeant} />
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

interface OffersProps {
  saga: CommandedSaga;
  onChoose: (meant: MeantCommand) => void;
}

function Offers({ saga, onChoose }: OffersProps) {
  const refusal = useOperatorRefusal();
  if (saga.step === null) return null;
  if (saga.readOnly !== null) return <NotOffered why={saga.readOnly} />;
  if (refusal === "") return null;
  if (refusal !== null) return <NotOffered why={refusal} />;
  return saga.commands.map((offer) => <OfferButton key={offer.command} offer={offer} onChoose={onChoose} />);
}

const NotOffered = ({ why }: { why: string }) => (
  <span className="text-muted max-w-100 text-xs text-balance">{why}</span>
);

interface OfferButtonProps {
  offer: OfferedCommand;
  onChoose: (meant: MeantCommand) => void;
}

function OfferButton({ offer: { command, step, refusal }, onChoose }: OfferButtonProps) {
  const title = commandTitle(command, step);
  if (refusal === null)
    return (
      <Button
        variant={command === "retry" ? "primary" : "secondary"}
        onClick={() => onChoose({ command, step })}
      >
        {title}…
      </Button>
    );
  // A disabled button takes no focus and tells nothing: this one can be reached, and says why it does nothing.
  return (
    <Tooltip content={refusal}>
      <Button aria-disabled className="cursor-not-allowed opacity-50">
        {title}…<span className="sr-only">: {refusal}</span>
      </Button>
    </Tooltip>
  );
}
