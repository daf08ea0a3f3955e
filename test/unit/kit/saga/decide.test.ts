import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OPERATOR_COMMANDS } from "#kit/saga/decide-operator.ts";
import {
  done,
  operator,
  play,
  refused,
  silence,
  timer,
  tripSaga,
  undone,
  wordsOf,
  type Turn,
} from "./saga-fixture.ts";

const forward = ["hotel/1", "train/1", "ticket/1", "mail/1"];
const toTheMail = [done("hotel"), done("train"), done("ticket")];
const toCompensate = { train: { onTimeout: "compensate" as const } };

describe("what a saga does next", () => {
  it.each<[string, Turn[], string[]]>([
    ["sends the first command when it begins", [], ["running hotel", "hotel/1"]],
    ["goes through its steps to the end", [...toTheMail, done("mail")], ["completed", ...forward]],
    [
      "takes a repeated answer once",
      [done("hotel"), done("hotel")],
      ["running train", "hotel/1", "train/1", "duplicate"],
    ],
    [
      "takes a repeated answer once after its end too",
      [...toTheMail, done("mail"), done("mail")],
      ["completed", ...forward, "duplicate"],
    ],
    [
      "ignores the answer to a step that it does not have",
      [done("plane")],
      ["running hotel", "hotel/1", "ignored"],
    ],
    [
      "does not take the answer to a command that was never sent",
      [done("train")],
      ["running hotel", "hotel/1", "late"],
    ],
    [
      "turns back at a refusal before the pivot, last step first, the refused step left out",
      [done("hotel"), done("train"), refused("ticket"), undone("train"), undone("hotel")],
      ["compensated", "hotel/1", "train/1", "ticket/1", "train/1/undo", "hotel/1/undo"],
    ],
    ["ends at once when the first step is refused", [refused("hotel")], ["compensated", "hotel/1"]],
    [
      "parks at a refusal past the pivot",
      [...toTheMail, refused("mail")],
      ["running refused mail", ...forward],
    ],
    [
      "does not take back a refusal: an answer that says it was done comes too late",
      [done("hotel"), refused("train"), done("train")],
      ["compensating hotel", "hotel/1", "train/1", "hotel/1/undo", "duplicate"],
    ],
    [
      "sends again under the same key, after the timeout and the pause",
      [timer, timer],
      ["running hotel", "hotel/1", "hotel/1"],
    ],
    [
      "takes an answer while it waits to send again",
      [timer, done("hotel")],
      ["running train", "hotel/1", "train/1"],
    ],
    [
      "parks when no attempt is answered",
      silence,
      ["running timeout hotel", "hotel/1", "hotel/1", "hotel/1"],
    ],
    [
      "goes on with the awaited answer although it was parked for want of it",
      [...silence, done("hotel")],
      ["running train", "hotel/1", "hotel/1", "hotel/1", "train/1"],
    ],
    [
      "turns back at a refusal that comes after it was parked",
      [done("hotel"), ...silence, refused("train")],
      ["compensating hotel", "hotel/1", "train/1", "train/1", "train/1", "hotel/1/undo"],
    ],
    [
      "goes on after a retry of a parked step, under the same key",
      [...silence, operator("retry"), done("hotel")],
      ["running train", "hotel/1", "hotel/1", "hotel/1", "hotel/1", "train/1"],
    ],
    [
      "retries a compensation and parks when nobody answers it",
      [done("hotel"), refused("train"), ...silence],
      [
        ...["compensating compensation_failed hotel", "hotel/1", "train/1"],
        ...["hotel/1/undo", "hotel/1/undo", "hotel/1/undo"],
      ],
    ],
    [
      "ends with a compensation's answer although it was parked for want of it",
      [done("hotel"), refused("train"), ...silence, undone("hotel")],
      ["compensated", "hotel/1", "train/1", "hotel/1/undo", "hotel/1/undo", "hotel/1/undo"],
    ],
    [
      "takes a repeated answer of a compensation once",
      [done("hotel"), done("train"), refused("ticket"), undone("train"), undone("train")],
      ["compensating hotel", "hotel/1", "train/1", "ticket/1", "train/1/undo", "hotel/1/undo", "duplicate"],
    ],
    [
      "does nothing at a timer that is not due",
      [() => ({ happening: { kind: "timer" }, afterMs: 5_000 })],
      ["running hotel", "hotel/1", "ignored"],
    ],
    [
      "does nothing at a timer after its end",
      [refused("hotel"), timer],
      ["compensated", "hotel/1", "ignored"],
    ],
    [
      "does nothing at a timer while it is parked",
      [...silence, timer],
      ["running timeout hotel", "hotel/1", "hotel/1", "hotel/1", "ignored"],
    ],
  ])("%s", (_, turns, words) => {
    expect(wordsOf(play(turns))).toEqual(words);
  });

  it("compensates a step whose outcome is unknown too, where the step says so", () => {
    const sent = ["hotel/1", "train/1", "train/1", "train/1", "train/1/undo"];
    const turned = play([done("hotel"), ...silence], tripSaga(toCompensate));
    expect(wordsOf(turned)).toEqual(["compensating train", ...sent]);
    const late = play([done("hotel"), ...silence, done("train")], tripSaga(toCompensate));
    expect(wordsOf(late)).toEqual(["compensating train", ...sent, "late"]);
    const whole = play([done("hotel"), ...silence, undone("train"), undone("hotel")], tripSaga(toCompensate));
    expect(wordsOf(whole)).toEqual(["compensated", ...sent, "hotel/1/undo"]);
  });

  it("says that it is unknown whether a step without a compensation was done", () => {
    const mute = tripSaga({ train: { onTimeout: "compensate", compensation: undefined } });
    const { saga } = play([done("hotel"), ...silence], mute);
    expect(saga).toMatchObject({ state: "compensating", step: "hotel" });
    expect(saga.steps[1]).toMatchObject({
      state: "failed",
      error: expect.stringContaining("unknown") as unknown,
    });
  });

  it("passes over steps that have no compensation", () => {
    const mute = tripSaga({ train: { compensation: undefined } });
    const played = play([done("hotel"), done("train"), refused("ticket"), undone("hotel")], mute);
    expect(wordsOf(played)).toEqual(["compensated", "hotel/1", "train/1", "ticket/1", "hotel/1/undo"]);
    expect(played.saga.steps[1]?.state).toBe("done");
  });

  it("parks past the pivot even where the step would compensate on a timeout", () => {
    const played = play([...toTheMail, ...silence], tripSaga({ mail: { onTimeout: "compensate" } }));
    expect(played.saga).toMatchObject({ state: "running", parked: "timeout", step: "mail" });
  });

  it("waits by the policy: the timeout at each attempt, 1 s and 2 s between", () => {
    const waits: number[] = [];
    const turns = silence.map<Turn>((turn) => (saga) => {
      waits.push((saga.wakeAt ?? 0) - saga.updatedAt);
      return turn(saga);
    });
    const { saga, journal } = play(turns);
    expect(waits).toEqual([10_000, 1_000, 10_000, 2_000, 10_000]);
    expect(saga).toMatchObject({
      wakeAt: null,
      parkedReason: expect.stringContaining("3 attempts") as unknown,
    });
    expect(journal.map(({ kind }) => kind)).toEqual([
      ...[
        "started",
        "command-sent",
        "timeout",
        "command-sent",
        "timeout",
        "command-sent",
        "timeout",
        "parked",
      ],
    ]);
  });

  it("keeps what was answered: output, data, and what the journal tells", () => {
    const { saga, journal } = play([done("hotel"), refused("train")]);
    expect(saga.data).toEqual({ trip: "t-1", seats: ["hotel"] });
    expect(saga.steps[0]).toMatchObject({
      state: "compensating",
      input: { trip: "t-1" },
      output: { ok: "hotel" },
    });
    expect(saga.steps[1]).toMatchObject({ state: "failed", error: "no train left", commandKey: null });
    expect(journal[2]).toEqual({
      ...{ kind: "reply", step: "hotel", topic: "trip.hotel.booked", eventId: "answer-trip/t-1/hotel/1" },
      data: { trip: "t-1", seats: ["hotel"] },
    });
  });

  it("raises the version with every move, and with nothing else", () => {
    expect(play([]).saga.version).toBe(1);
    expect(play([done("hotel")]).saga.version).toBe(2);
    expect(play([done("hotel"), done("hotel"), operator("skip", { version: 1 })]).saga.version).toBe(2);
  });
});

describe("whatever happens, in whatever order", () => {
  const steps = ["hotel", "train", "ticket", "mail"];
  const turn = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...steps.flatMap((step) => [done(step), undone(step)])) },
    { weight: 1, arbitrary: fc.constantFrom(...steps.map((step) => refused(step))) },
    { weight: 3, arbitrary: fc.constant(timer) },
    { weight: 1, arbitrary: fc.constantFrom(...OPERATOR_COMMANDS.map((command) => operator(command))) },
  );

  it("a saga has ended, is parked with a reason, or has a timer; its pivot is never undone once it is done", () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 40 }), (turns) => {
        const { saga, sent, journal } = play(turns);
        const isEnded = saga.endedAt !== null;
        expect([isEnded, saga.parked !== null, saga.wakeAt !== null].filter(Boolean)).toHaveLength(1);
        expect(saga.parkedReason !== null).toBe(saga.parked !== null);
        expect(saga.step === null).toBe(isEnded);
        const answered = journal.findIndex(({ kind, step }) => kind === "reply" && step === "ticket");
        const undo = journal.findIndex(({ kind }) => kind === "compensation-sent");
        if (answered >= 0) expect(undo).toBe(-1);
        const keys = sent.map(({ key, payload }) => JSON.stringify([key, payload]));
        expect(new Set(keys).size).toBe(new Set(sent.map(({ key }) => key)).size);
      }),
      { numRuns: 1_000 },
    );
  });

  it("compensations run in reverse order, each after the one behind it was answered or given up", () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 40 }), (turns) => {
        const undos = play(turns).sent.flatMap(({ key, position }) =>
          key.endsWith("/undo") ? [position] : [],
        );
        expect(undos).toEqual([...undos].sort((left, right) => right - left));
      }),
      { numRuns: 500 },
    );
  });
});
