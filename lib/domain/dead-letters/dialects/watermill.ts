import { envelope, NOWHERE, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";

/**
 * Watermill's PoisonQueue middleware (message/router/middleware/poison.go). All text: `reason_poisoned` (the error's
 * text), `topic_poisoned`, `handler_poisoned`, `subscriber_poisoned` (a Go type such as `kafka.Subscriber`). Neither
 * partition nor offset, nor the group, nor a class of error is told.
 */
export const watermill: Dialect = {
  id: "watermill",
  detects: (headers) => headers.has("reason_poisoned") || headers.has("topic_poisoned"),
  read(_record, headers) {
    const place = { ...NOWHERE, topic: headers.name("topic_poisoned") };
    return envelope("watermill", headers, {
      origin: place,
      from: { ...place },
      message: headers.text("reason_poisoned"),
    });
  },
};
