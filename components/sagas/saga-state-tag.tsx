import { StateTag } from "#components/ui/state-tag.tsx";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";

import { STATE_WORDS, toneOfSaga } from "./saga-words.ts";

interface SagaStateTagProps {
  saga: { state: SagaRow["state"]; stuck: SagaRow["stuck"] };
  look?: "plain" | "boxed";
}

/** The state of a saga; hover says why it is stuck, or what the state means. */
export function SagaStateTag({ saga, look = "plain" }: SagaStateTagProps) {
  const { word, meaning } = STATE_WORDS[saga.state];
  return <StateTag tone={toneOfSaga(saga)} word={word} hint={saga.stuck?.sentence ?? meaning} look={look} />;
}
