import type { Tone } from "#components/ui/tone.ts";
import type { CommandState } from "#lib/domain/sagas/saga-command.ts";
import type { SagaCommand } from "#lib/domain/sagas/saga.ts";

/** What a command is called, and what it means, in a sentence. */
interface CommandWords {
  readonly verb: string;
  readonly meaning: string;
  /** Whether its button is that of a destructive step: it gives something up. */
  readonly danger: boolean;
}

/** COMMAND_WORDS are the words of each command. */
export const COMMAND_WORDS: Readonly<Record<SagaCommand, CommandWords>> = {
  retry: { verb: "Retry", meaning: "Has the step tried again.", danger: false },
  skip: { verb: "Skip", meaning: "Goes on as if the step were done.", danger: true },
  compensate: { verb: "Compensate", meaning: "Undoes what was done, in reverse order.", danger: true },
  cancel: { verb: "Cancel", meaning: "Gives the saga up.", danger: true },
  resolve: { verb: "Mark resolved", meaning: "Ends it: somebody put things right by hand.", danger: true },
};

/** commandTitle names a command with the step that it is about: `Retry courier`, `Mark resolved`. */
export function commandTitle(command: SagaCommand, step: string | null): string {
  const { verb } = COMMAND_WORDS[command];
  if (step === null) return verb;
  return command === "compensate" ? `${verb} from ${step}` : `${verb} ${step}`;
}

/** What each state of a command is called. */
interface StateWords {
  readonly tone: Tone;
  readonly word: string;
  readonly meaning: string;
}

/** STATE_WORDS are the words of each state of a command. */
export const STATE_WORDS: Readonly<Record<CommandState, StateWords>> = {
  waiting: { tone: "neutral", word: "waits", meaning: "Its turn has not come." },
  sent: { tone: "notice", word: "sent", meaning: "Its service has not answered yet." },
  done: { tone: "ok", word: "done", meaning: "The service did it." },
  refused: { tone: "warning", word: "refused", meaning: "The service refused it: nothing was done." },
  expired: {
    tone: "warning",
    word: "expired",
    meaning: "The service read it too late and did nothing.",
  },
  unknown: {
    tone: "critical",
    word: "outcome unknown",
    meaning:
      "No answer came. It may have been done: look at the saga. An answer that comes late is still taken.",
  },
  failed: { tone: "warning", word: "not sent", meaning: "It was not sent: nothing was done." },
  cancelled: { tone: "neutral", word: "cancelled", meaning: "It was cancelled before it was sent." },
};

/** What a {@link CommandOutcome} says of a command. */
export interface OutcomeText {
  readonly tone: Tone;
  /** The state, in words that end in no mark; the time is drawn behind where `since` is given. */
  readonly sentence: string;
  readonly detail: string | null;
}

/** outcomeText tells what became of a command; `service` is null where it is not known. */
export function outcomeText(
  { state, answer }: { state: CommandState; answer: string | null },
  service: string | null,
): OutcomeText {
  const who = service ?? "its service";
  const { tone, meaning } = STATE_WORDS[state];
  switch (state) {
    case "sent":
      return { tone, sentence: `Waiting for ${who}`, detail: answer };
    case "done":
      return { tone, sentence: `Done by ${who}`, detail: answer };
    case "refused":
      return { tone, sentence: `Refused by ${who}: nothing was done`, detail: answer };
    case "expired":
      return { tone, sentence: `Expired: ${who} read it too late, and nothing was done`, detail: answer };
    case "failed":
      return { tone, sentence: "Not sent: nothing was done", detail: answer };
    default:
      return { tone, sentence: meaning.replace(/\.$/, ""), detail: answer };
  }
}
