import { Refusal } from "#components/layout/refusal.tsx";

/** What to do next, by the code of the API. */
const NEXT: Readonly<Record<string, string>> = {
  saga_changed: "Close this, look at the saga as it is now, and decide again.",
  saga_command_busy: "See its answer in the history of commands, then decide again.",
  saga_command_not_offered: "Look at the saga as it is now.",
  saga_command_unserved: "Start a service that takes commands on this cluster.",
  saga_confirmation_wrong: "Type the id of the saga as it is shown.",
  selection_changed: "Look at the list again and count anew.",
  cluster_unreachable: "See that the brokers run and can be reached from the console.",
  permission_missing: "Ask an administrator for the role operator.",
};

interface CommandRefusalProps {
  error: Error;
  /** What was asked for: "The command", "The batch". */
  what: string;
}

/** Why a command was not sent, and what to do next. A refusal has changed nothing. */
export function CommandRefusal({ error, what }: CommandRefusalProps) {
  return <Refusal error={error} what={what} nothing="sent" next={NEXT} />;
}
