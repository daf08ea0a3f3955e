import { expect, test } from "vitest";
import { defineEvent } from "#kit/event.ts";
import { decide, type Happening } from "#kit/saga/decide.ts";
import { defineSaga, type SagaStep as KitStep } from "#kit/saga/definition.ts";
import { newSaga, type Saga as KitSaga } from "#kit/saga/saga.ts";
import { commandEffects } from "#lib/domain/sagas/command-effects.ts";
import { offeredCommands } from "#lib/domain/sagas/offered-commands.ts";
import { SAGA_COMMANDS, type Saga, type SagaCommand, type StepState } from "#lib/domain/sagas/saga.ts";
import { saga, step } from "./support.ts";

/** What the console says that a command will do is held against what the kit's orchestrator decides. */
const event = (name: string) => defineEvent<unknown>({ topic: `shop.${name}`, parse: (value) => value });
const NAMES = ["allocate", "charge", "label", "pickup", "notify"] as const;
const kitStep = (name: string): KitStep<object> => ({
  ...{ name, service: `${name}s`, pivot: name === "pickup", input: (data) => data },
  ...{ command: event(`${name}.ask`), done: event(`${name}.done`), refused: event(`${name}.refused`) },
  // The label is not undone, nor is what lies behind it.
  ...(["allocate", "charge"].includes(name)
    ? {
        compensation: {
          command: event(`${name}.undo`),
          done: event(`${name}.undone`),
          input: (data) => data,
        },
      }
    : {}),
});
const { plain } = defineSaga({
  ...{ type: "parcel", service: "parcels", parse: (data) => data as object },
  steps: NAMES.map(kitStep),
});

/** A saga with the clock far enough for its next timer. */
interface Run {
  kit: KitSaga;
  topics: string[];
  refusal: string | null;
}

function happen({ kit, topics }: Run, happening: Happening): Run {
  const at = Math.max(kit.wakeAt ?? 0, kit.updatedAt) + 1;
  const decided = decide(plain, { saga: kit, nowAt: at }, happening);
  if (decided.kind === "refused") return { kit, topics, refusal: decided.reason };
  if (decided.kind !== "moved") throw new Error(`Nothing came of ${happening.kind}: ${decided.kind}`);
  const sent = decided.command === null ? [] : [decided.command.event.topic];
  return { kit: decided.saga, topics: [...topics, ...sent], refusal: null };
}

/** The participant of the step at which it stands answers. */
function answer(run: Run, how: "done" | "refused"): Run {
  const { kit } = run;
  const row = kit.steps.find((each) => each.step === kit.step);
  const undo = kit.state === "compensating";
  const topic = `shop.${kit.step}.${undo ? "undone" : how}`;
  return happen(run, {
    ...{ kind: "reply", commandKey: row?.commandKey ?? "", topic, eventId: "e" },
    payload: { reason: "no" },
  });
}

function timeouts(run: Run): Run {
  let next = run;
  while (next.kit.parked === null) next = happen(next, { kind: "timer" });
  return next;
}

function after(...answers: ("done" | "refused" | "silent")[]): Run {
  const kit = newSaga(
    { type: "parcel", id: "p1", data: {}, correlationId: "c", causationId: null },
    Date.UTC(2026, 10, 22),
  );
  const begun = happen({ kit, topics: [], refusal: null }, { kind: "started" });
  return answers.reduce((run, how) => (how === "silent" ? timeouts(run) : answer(run, how)), begun);
}

/** The same saga as the console's source reads it from the kit's tables. */
function shown({ kit }: Run): Saga {
  const rows = new Map(kit.steps.map((row) => [row.step, row]));
  return saga({
    ...{ sagaId: kit.id, version: kit.version, step: kit.step, service: "parcels", endedAt: kit.endedAt },
    state: kit.parked === null ? kit.state : "stuck",
    steps: plain.steps.map(({ name, command, compensation, pivot, service }) => {
      const row = rows.get(name);
      return step(name, {
        ...{ service, pivot, commandTopic: command.topic },
        compensation: compensation?.command.topic ?? null,
        state: (row?.state.replace("_", "-") ?? "to-come") as StepState,
      });
    }),
  });
}

/** What the kit does with a command until the saga goes forward again or ends: topics in order, and the end. */
function obeyed(
  run: Run,
  command: SagaCommand,
): { topics: string[]; end: string | null; refusal: string | null } {
  let next = happen(
    { ...run, topics: [] },
    {
      ...{ kind: "operator", command, commandId: "c", step: null, input: null },
      ...{ expectedVersion: run.kit.version, reason: "a test", actor: "ana" },
    },
  );
  // A retried compensation is told of alone; what follows it is not what the command does.
  while (next.kit.state === "compensating" && next.refusal === null && command !== "retry")
    next = answer(next, "done");
  return {
    topics: next.topics,
    end: next.kit.endedAt === null ? null : next.kit.state,
    refusal: next.refusal,
  };
}

const TOPIC = /\bshop\.(?:allocate|charge|label|pickup|notify)\.(?:ask|undo)\b/g;

test.each<[string, Run]>([
  ["at its first step, unanswered", after("silent")],
  ["in the middle, unanswered", after("done", "silent")],
  ["at a step that is not undone, unanswered", after("done", "done", "silent")],
  ["at its pivot, unanswered", after("done", "done", "done", "silent")],
  ["behind its pivot, refused", after("done", "done", "done", "done", "refused")],
  ["behind its pivot, unanswered", after("done", "done", "done", "done", "silent")],
  ["with a compensation that failed", after("done", "done", "refused", "silent")],
  ["with the last compensation that failed", after("done", "refused", "silent")],
])("%s, the console foretells what the kit does", (_, run) => {
  const told = shown(run);
  const offered = offeredCommands(told, null);
  expect(obeyed(run, "retry").topics).toHaveLength(1);
  for (const command of SAGA_COMMANDS) {
    const given = { saga: told, offered, readOnly: null, pending: null, now: told.updatedAt ?? 0 };
    const { effects, refusals } = commandEffects({ command, step: null }, given);
    const kit = obeyed(run, command);
    expect([command, refusals.length > 0], kit.refusal ?? "").toEqual([command, kit.refusal !== null]);
    if (kit.refusal !== null) continue;
    const text = effects.join(" ");
    expect([command, text.match(TOPIC) ?? []]).toEqual([command, kit.topics]);
    expect([command, /ends(?: the saga)? as (\w+)/i.exec(text)?.[1] ?? null]).toEqual([command, kit.end]);
  }
});
