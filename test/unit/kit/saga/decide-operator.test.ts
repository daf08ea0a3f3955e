import { describe, expect, it } from "vitest";
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

describe("what an operator can do", () => {
  const parkedMail = [...toTheMail, refused("mail")];
  const failedUndo = [done("hotel"), done("train"), refused("ticket"), ...silence];
  it.each<[string, Turn[], string[]]>([
    ["retry sends at once what is waited for", [operator("retry")], ["running hotel", "hotel/1", "hotel/1"]],
    [
      "retry after a refusal is a new command",
      [...parkedMail, operator("retry", { step: "mail" }), done("mail", 2)],
      ["completed", ...forward, "mail/2"],
    ],
    [
      "an answer to the command before the refusal moves nothing after a retry",
      [...parkedMail, operator("retry"), done("mail", 1)],
      ["running mail", ...forward, "mail/2", "duplicate"],
    ],
    [
      "retry of a failed compensation keeps its key",
      [...failedUndo, operator("retry"), undone("train"), undone("hotel")],
      [
        ...["compensated", "hotel/1", "train/1", "ticket/1", "train/1/undo", "train/1/undo", "train/1/undo"],
        ...["train/1/undo", "hotel/1/undo"],
      ],
    ],
    ["skip goes on with the next step", [operator("skip")], ["running train", "hotel/1", "train/1"]],
    ["skip of the last step completes", [...parkedMail, operator("skip")], ["completed", ...forward]],
    [
      "a skipped step whose command was out is compensated later: it may have been done",
      [operator("skip"), refused("train"), undone("hotel")],
      ["compensated", "hotel/1", "train/1", "hotel/1/undo"],
    ],
    [
      "skip of a compensation goes on with the one before",
      [...failedUndo, operator("skip"), undone("hotel")],
      [
        ...["compensated", "hotel/1", "train/1", "ticket/1", "train/1/undo", "train/1/undo", "train/1/undo"],
        "hotel/1/undo",
      ],
    ],
    [
      "compensate turns back here, the open step first",
      [done("hotel"), operator("compensate"), undone("train"), undone("hotel")],
      ["compensated", "hotel/1", "train/1", "train/1/undo", "hotel/1/undo"],
    ],
    [
      "cancel turns back too",
      [done("hotel"), operator("cancel")],
      ["compensating train", "hotel/1", "train/1", "train/1/undo"],
    ],
    [
      "resolve ends it as failed, and nothing goes out",
      [...parkedMail, operator("resolve")],
      ["failed", ...forward],
    ],
    [
      "resolve ends one that compensates",
      [...failedUndo, operator("resolve")],
      ["failed", "hotel/1", "train/1", "ticket/1", "train/1/undo", "train/1/undo", "train/1/undo"],
    ],
    [
      "an answer after the end moves nothing",
      [operator("resolve"), done("hotel")],
      ["failed", "hotel/1", "late"],
    ],
  ])("%s", (_, turns, words) => {
    expect(wordsOf(play(turns))).toEqual(words);
  });

  it("cancels at once where nothing was done, which compensate refuses", () => {
    const mute = tripSaga({ hotel: { compensation: undefined } });
    expect(wordsOf(play([operator("cancel")], mute))).toEqual(["compensated", "hotel/1"]);
    expect(play([operator("compensate")], mute).last).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("nothing to compensate") as unknown,
    });
  });

  it("takes edited input after a refusal alone, and only where the command's event does", () => {
    const edited = operator("retry", { input: { trip: "t-2" } });
    const moved = play([...parkedMail, edited]);
    expect(moved.sent.at(-1)).toMatchObject({ key: "trip/t-1/mail/2", payload: { trip: "t-2" } });
    expect(moved.saga.steps[3]).toMatchObject({ generation: 2, attempts: 1, input: { trip: "t-2" } });
    const again = play([...parkedMail, edited, timer, timer]);
    expect(again.sent.at(-1)).toMatchObject({ key: "trip/t-1/mail/2", payload: { trip: "t-2" } });
    for (const turns of [
      [operator("retry", { input: { trip: "t-2" } })],
      [...silence, edited],
      [...failedUndo, edited],
      [...parkedMail, operator("retry", { input: { seat: 4 } })],
      [...parkedMail, operator("skip", { input: { trip: "t-2" } })],
    ])
      expect(play(turns).last).toMatchObject({
        kind: "refused",
        reason: expect.stringMatching(/input/i) as unknown,
      });
  });

  it.each<[string, Turn[], RegExp]>([
    ["at an old version", [done("hotel"), operator("retry", { version: 1 })], /version 2, not at 1/],
    ["after the end", [refused("hotel"), operator("retry")], /has ended: compensated/],
    ["for another step", [operator("skip", { step: "train" })], /stands at the step hotel, not at train/],
    ["compensating past the pivot", [...toTheMail, operator("compensate")], /past its pivot ticket/],
    ["cancelling past the pivot", [...toTheMail, operator("cancel")], /past its pivot ticket/],
    [
      "compensating past a skipped pivot",
      [done("hotel"), done("train"), operator("skip"), operator("compensate")],
      /past its pivot/,
    ],
    [
      "compensating twice",
      [done("hotel"), operator("compensate"), operator("compensate")],
      /compensating already/,
    ],
  ])("refuses %s, and changes nothing", (_, turns, reason) => {
    const { last, saga } = play(turns);
    expect(last).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) as unknown });
    expect(saga).toEqual(play(turns.slice(0, -1)).saga);
  });

  it("names who did what and why in the journal", () => {
    expect(play([operator("skip")]).journal).toContainEqual({
      ...{ kind: "operator", step: "hotel", eventId: "c-1", detail: "skip: because", actor: "ada" },
    });
  });
});
