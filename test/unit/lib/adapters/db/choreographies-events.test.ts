import { expect, test } from "vitest";
import { eventsOfText, textOfEvents } from "#lib/adapters/db/choreographies-events.ts";
import type { ChoreographyEvent } from "#lib/domain/sagas/choreography.ts";

const event: ChoreographyEvent = {
  ...{ topic: "order.order.created", partition: 3, offset: 2n ** 60n, eventId: "e1", causationId: null },
  ...{ producer: "orders", at: 1_790_000_000_123 },
};

test("events come back from the text that holds them as they went in", () => {
  const events = [event, { ...event, offset: 0n, causationId: 'a "quoted", \\ id', producer: null }];
  expect(eventsOfText(textOfEvents(events))).toEqual(events);
});

test("a tab or a line end of a header cannot break the text apart", () => {
  const [read] = eventsOfText(textOfEvents([{ ...event, eventId: "e\t1\n2", producer: "a\nb" }]));
  expect(read).toEqual({ ...event, eventId: "e\uFFFD1\uFFFD2", producer: "a\uFFFDb" });
});
