import { expect, it } from "vitest";

import { muteWords } from "#components/groups/mute-words.ts";

it("says until when lag is expected, and why", () => {
  expect(muteWords({ reason: "Job 12 replays records to it." }, "10:40")).toBe(
    "Lag is expected until 10:40: job 12 replays records to it.",
  );
});
