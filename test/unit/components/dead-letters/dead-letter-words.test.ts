import { describe, expect, it } from "vitest";

import { causeWords, keysWords, shortClass } from "#components/dead-letters/cause-words.ts";
import { chainsVerdict } from "#components/dead-letters/chains-verdict.ts";
import { deadLetterSentence, orderSentence, stepTitles } from "#components/dead-letters/dead-letter-words.ts";
import { ticketHref } from "#components/dead-letters/ticket-href.ts";

const ROW = {
  group: "payments",
  attempts: 3,
  causeClass: "com.acme.PriceException",
  exception: "org.springframework.ListenerExecutionFailedException",
  state: "open",
  hops: 1,
} as const;

describe("the sentence over a dead letter", () => {
  it.each([
    [{}, "payments gave up on it after 3 attempts: PriceException. It is open."],
    [
      { attempts: 1, causeClass: null },
      "payments gave up on it after 1 attempt: ListenerExecutionFailedException. It is open.",
    ],
    [
      { group: null, attempts: null, causeClass: null, exception: null },
      "A group that no header names gave up on it; why is not told. It is open.",
    ],
    [
      { group: "", state: "discarded", hops: 2 },
      "(empty group id) gave up on it after 3 attempts: PriceException. It is discarded. It failed 2 times in all.",
    ],
  ] as const)("%o", (change, sentence) => {
    expect(deadLetterSentence({ ...ROW, ...change })).toBe(sentence);
  });
});

describe("the steps of a chain", () => {
  it("are numbered where there are several, and redrives always", () => {
    const kinds = ["source", "retry", "dead-letter", "redrive", "dead-letter"] as const;
    expect(stepTitles(kinds.map((kind) => ({ kind })))).toEqual([
      "source",
      "retry",
      "dead letter 1",
      "redrive 1",
      "dead letter 2",
    ]);
    expect(stepTitles([{ kind: "source" }, { kind: "dead-letter" }])).toEqual(["source", "dead letter"]);
  });
});

describe("the answer on the order of a key", () => {
  it("says how many newer records were committed, and where the first lies", () => {
    const { title, detail } = orderSentence(
      { state: "yes", offset: 12_345n, topic: "orders", partition: 2, newer: 1 },
      "payments",
    );
    expect(title).toBe("payments has committed 1 newer record of this key.");
    expect(detail).toContain("offset 12,345 of orders, partition 2");
  });
  it("says what was looked at where there is none", () => {
    expect(orderSentence({ state: "no", scannedFrom: 10n, scannedTo: 2_000n }, "payments").detail).toBe(
      "Offsets 10 to 2,000 were looked at.",
    );
  });
  it("keeps unknown apart from no", () => {
    const answer = orderSentence({ state: "unknown", reason: "The scan took 2 s.", scannedTo: 99n }, null);
    expect(answer.title).toContain("is not known");
    expect(answer.detail).toBe("The scan took 2 s. It was scanned to offset 99.");
  });
});

describe("a cause in a line", () => {
  it.each([
    ["com.acme.PriceException", "PriceException"],
    ["SyntaxError", "SyntaxError"],
    ["Acme\\Shop\\PriceError", "PriceError"],
  ])("%s is %s", (name, short) => {
    expect(shortClass(name)).toBe(short);
  });
  it("shows the frame to who may not read the message", () => {
    expect(causeWords({ causeClass: "a.B", message: null, frame: "a.B.c" })).toEqual({
      title: "B",
      detail: "a.B.c",
    });
    expect(causeWords({ causeClass: null, message: null, frame: null })).toEqual({
      title: "No exception told",
      detail: null,
    });
  });
  it("never claims more keys than are counted", () => {
    expect([keysWords(999), keysWords(1_000)]).toEqual(["999", "1,000 or more"]);
  });
});

describe("the sentence over the dead-letter topics", () => {
  const topic = { leftOut: false, flood: null, failure: null, behind: 0 };
  it.each([
    [[], "No dead-letter topic was found.", "neutral"],
    [[topic], "1 dead-letter topic is followed.", "ok"],
    [
      [topic, { ...topic, behind: 1_200 }, { ...topic, leftOut: true, failure: "x" }],
      "2 dead-letter topics are followed; 1,200 records are not indexed yet; 1 left out by hand.",
      "ok",
    ],
    [
      [
        { ...topic, failure: "No leader." },
        { ...topic, flood: { sinceAt: 1, oneIn: 100, counted: 5 } },
      ],
      "2 dead-letter topics are followed; 1 cannot be read to its end; 1 floods.",
      "critical",
    ],
  ] as const)("%#", (topics, sentence, tone) => {
    expect(chainsVerdict(topics)).toEqual({ sentence, tone });
  });
});

describe("a ticket", () => {
  it.each([
    ["https://tickets.example/OPS-1", "https://tickets.example/OPS-1"],
    ["OPS-1", null],
    ["javascript:alert(1)", null],
    ["https://", null],
  ])("%s leads to %s", (ticket, href) => {
    expect(ticketHref(ticket)).toBe(href);
  });
});
