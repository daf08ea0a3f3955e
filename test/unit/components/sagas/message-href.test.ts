import { expect, test } from "vitest";
import { messageLink } from "#components/sagas/message-href.ts";

const message = { record: null, topic: "order.order.created", eventId: "e1" };

test("a message whose place is known leads to its record, in the cluster it lies in", () => {
  const record = { cluster: "other", topic: "a.b.c", partition: 3, offset: 1204n };
  expect(messageLink({ ...message, record }, "demo")).toEqual({
    href: "/clusters/other/records/a.b.c/3/1204",
    words: "a.b.c 3 at 1204",
    hint: "The record",
  });
});

test("one that is known by its event id leads to a search of its topic", () => {
  const url = new URL(messageLink(message, "demo")?.href ?? "", "http://console");
  expect(url.pathname).toBe("/clusters/demo/records");
  expect(url.searchParams.get("topic")).toBe("order.order.created");
  expect(url.searchParams.get("from")).toBe("oldest");
  expect(JSON.parse(url.searchParams.get("where") ?? "")).toEqual([
    { kind: "header", name: "event-id", value: "e1" },
  ]);
});

test("one without an id leads to its topic; without a topic or a cluster there is nowhere to go", () => {
  expect(messageLink({ ...message, eventId: null }, "demo")?.href).toBe(
    "/clusters/demo/topics/order.order.created",
  );
  expect(messageLink({ ...message, topic: null }, "demo")).toBeNull();
  expect(messageLink(message, null)).toBeNull();
});
