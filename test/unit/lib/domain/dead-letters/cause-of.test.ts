import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { causeKeyOf, causeKeyText } from "#lib/domain/dead-letters/cause-of.ts";
import { readEnvelope } from "#lib/domain/dead-letters/dialects/registry.ts";
import { messageShape, normaliseMessage } from "#lib/domain/dead-letters/normalise-message.ts";
import { firstOwnFrame, innermostCause, outermostClass } from "#lib/domain/dead-letters/stack-trace.ts";
import { readFixtures, recordOf } from "./fixtures.ts";

describe("a normalised message", () => {
  test.each([
    ["Order 17 has no line 3", "Order # has no line #"],
    ["Order 019a0000-0000-7000-8000-000000000001 was paid", "Order # was paid"],
    ["key deadbeef42 at 0x1F and sku AB12CD34 v2", "key # at # and sku # v#"],
    ["total -12.50 is below 0", "total # is below #"],
    ["connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED #"],
    ['role "shop_payments" is not permitted to log in', "role <text> is not permitted to log in"],
    ["Unrecognized token 'garbage': was expecting", "Unrecognized token <text>: was expecting"],
    ["it can't be; don't retry", "it can't be; don't retry"],
    ["no account of jane.doe+x@acme.example", "no account of <email>"],
    ["late since 2026-11-22T10:11:12.123Z!", "late since <time>!"],
    ["cannot open /var/data/17/orders.json here", "cannot open <path> here"],
    ["GET https://pay.example/charge?id=9 answered 503", "GET <url> answered #"],
    ["Foo@1a2b3c failed\n\tat line 2", "Foo@# failed at line #"],
    ["and/or", "and/or"],
    ["", ""],
  ])("%j is %j", (message, expected) => {
    expect(normaliseMessage(message)).toBe(expected);
  });

  const id = fc.oneof(
    fc.uuid(),
    fc.nat().map(String),
    fc.stringMatching(/^[0-9a-f]{12}$/).filter((hex) => /\d/.test(hex)),
    fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/).filter((ulid) => /\d/.test(ulid)),
  );
  const word = fc.constantFrom(
    "order",
    "of",
    "was",
    "refused:",
    "total",
    "(see",
    "line)",
    "is",
    "can't",
    "below",
    "—",
  );

  test("is the same for messages that differ in ids alone", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.boolean(), id, id), { maxLength: 12 }), (parts) => {
        const of = (pick: 2 | 3) =>
          parts.map((part) => (part[1] ? `${part[0]} ${part[pick]}` : part[0])).join(" ");
        expect(normaliseMessage(of(2))).toBe(normaliseMessage(of(3)));
      }),
      { numRuns: 1_000 },
    );
  });
  test("is the same for messages that differ in times, addresses and quoted values alone", () => {
    const text = fc.string().map((one) => one.replaceAll(/["\s]/g, "x"));
    const fill = fc.tuple(
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
      fc.nat(),
      text,
    );
    const of = ([date, user, value]: [Date, number, string]) =>
      `At ${date.toISOString()} u${user}@acme.example sent "${value}" twice`;
    fc.assert(
      fc.property(fill, fill, (a, b) => {
        expect(normaliseMessage(of(a))).toBe(normaliseMessage(of(b)));
      }),
    );
  });
  test("stays as it is when it is normalised again, and is at most 300 long", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      id,
      word,
      fc.constantFrom('"', "'", "<", "#", "/a/b", "1.2"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), fc.constantFrom("", " "), (pieces, glue) => {
        const once = normaliseMessage(pieces.join(glue));
        expect(normaliseMessage(once)).toBe(once);
        expect(once.length).toBeLessThanOrEqual(300);
      }),
      { numRuns: 1_000 },
    );
  });
  test("is that of its shape, which is the same for messages that differ in digits alone", () => {
    const digits = fc.stringMatching(/^[0-9]{1,20}$/);
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      ...[digits, digits.map((each) => `0x${each}`), digits.map((each) => `${each}0X`)],
      ...[id, word, fc.date({ noInvalidDate: true }).map((date) => date.toISOString())],
      fc.constantFrom(
        '"',
        "'",
        "<",
        "#",
        "/a/1",
        "1.2",
        "0x",
        "x0x",
        "00",
        " 0",
        "@b.de",
        "u1@b2.de",
        "x://0x1",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom("", " "), (pieces, glue) => {
        const message = pieces.join(glue);
        expect(normaliseMessage(messageShape(message))).toBe(normaliseMessage(message));
      }),
      { numRuns: 3_000 },
    );
    expect(messageShape("order 9027 of 0x9F")).toBe("order 1111 of 0x1F");
    expect(messageShape("9".repeat(4_100))).toHaveLength(4_000);
  });
  test("of a hostile megabyte takes no time", () => {
    const startedAt = performance.now();
    for (const unit of ["a", "1", "'", "a@", "/a", "a1", "1-", "a.", "http://", " '", "#-"]) {
      normaliseMessage(unit.repeat(1_000_000 / unit.length));
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

const JAVA = `com.acme.OuterException: outer
\tat com.acme.Outer.run(Outer.java:3)
Caused by: java.lang.IllegalStateException: inner
\tat java.base/java.util.Objects.requireNonNull(Objects.java:235)
\tat app//com.acme.Inner.lambda$check$3(Inner.java:7)
\tat com.acme.Inner.check(Inner.java:5)
\t... 4 more`;
const JAVA_FOREIGN_INSIDE = `com.acme.OuterException: outer
\tat com.acme.Billing$$SpringCGLIB$$0.charge(<generated>)
\tat com.acme.Billing.charge(Billing.kt:3)
Caused by: java.net.ConnectException: Connection refused
\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)
\t... 4 more`;
const NODE = `TypeError: Cannot read properties of undefined (reading 'id')
    at Object.assert (node:internal/assert:14:3)
    at parse (/srv/shop/node_modules/zod/index.js:10:5)
    at async OrderHandler.handle (file:///srv/shop/orders/handle.ts:20:11)
    at process.processTicksAndRejections (node:internal/process/task_queues:103:5) {
  [cause]: Error: connect ECONNREFUSED 127.0.0.1:5432
      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1637:16)
}`;
const DOTNET = `Acme.OrderException: Order failed
 ---> System.Net.Sockets.SocketException (111): Connection refused
   at System.Net.Sockets.Socket.Connect(EndPoint remote)
   --- End of inner exception stack trace ---
   at Acme.Billing.Gateway.<Charge>d__4.MoveNext() in /src/Gateway.cs:line 12`;
const RUBY = `/usr/lib/ruby/gems/3.3.0/gems/karafka-2.4/lib/karafka/base_consumer.rb:40:in 'consume'
/app/consumers/orders_consumer.rb:12:in \`block in consume'`;
const PYTHON = `Traceback (most recent call last):
  File "/app/orders/store.py", line 4, in save
    raise OSError("no")
OSError: no

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/usr/lib/python3.12/site-packages/confluent_kafka/x.py", line 12, in poll
  File "/app/orders/handler.py", line 12, in handle
orders.errors.OrderFailed: could not store`;
const GO = `goroutine 7 [running]:
runtime/debug.Stack()
\t/usr/local/go/src/runtime/debug/stack.go:24 +0x5e
github.com/ThreeDotsLabs/watermill/message/router/middleware.Recoverer.func1()
\t/root/go/pkg/mod/github.com/!three!dots!labs/watermill@v1.3.5/recoverer.go:9 +0x6
main.(*Handler).Charge(0xc000112000, {0x1, 0x2})
\t/app/billing/handler.go:12 +0x1d`;

describe("the first frame of one's own", () => {
  test.each([
    ["Java: of the innermost cause, without its line", JAVA, "com.acme.Inner.lambda$check"],
    ["Java: of what is around it, where the cause has none", JAVA_FOREIGN_INSIDE, "com.acme.Billing.charge"],
    ["Node: none of node's or a package's", NODE, "OrderHandler.handle (orders/handle.ts)"],
    ["Node: a place without a name", "Error: x\n    at file:///srv/shop/a/b.ts:1:2", "a/b.ts"],
    [".NET: an async method by its name", DOTNET, "Acme.Billing.Gateway.Charge"],
    ["Ruby: with its file", RUBY, "consume (consumers/orders_consumer.rb)"],
    ["Python: the most recent call of the latest", PYTHON, "handle (orders/handler.py)"],
    ["Go: neither the runtime's nor a module's", GO, "main.(*Handler).Charge"],
    ["none, where all are foreign", "Error: x\n    at node:internal/a:1:2", null],
    ["none, where it is no stack", "something broke", null],
  ])("%s", (_, stack, expected) => {
    expect(firstOwnFrame(stack)).toBe(expected);
  });
  test("is the same when lines moved", () => {
    expect(firstOwnFrame(NODE.replaceAll(/:\d+:\d+\)/g, ":99:99)"))).toBe(firstOwnFrame(NODE));
    expect(firstOwnFrame(JAVA.replaceAll(/:\d+\)/g, ":99)").replace("$3(", "$4("))).toBe(firstOwnFrame(JAVA));
  });
});

describe("the causes that a stack names", () => {
  test.each([
    ["Java", JAVA, "com.acme.OuterException", "java.lang.IllegalStateException"],
    ["Node", NODE, "TypeError", "Error"],
    [".NET", DOTNET, "Acme.OrderException", "System.Net.Sockets.SocketException"],
    ["Python", PYTHON, "orders.errors.OrderFailed", "OSError"],
    ["Go", GO, null, null],
    ["a stack without a cause", "java.io.IOException\n\tat a.B.c(B.java:1)", "java.io.IOException", null],
    ["plain words", "Failed: no stock", null, null],
  ])("%s", (_, stack, outer, inner) => {
    expect([outermostClass(stack), innermostCause(stack)?.className ?? null]).toEqual([outer, inner]);
  });
});

describe("the key of a cause", () => {
  const blocking = readFixtures().find(({ dialect }) => dialect === "spring-blocking")!.records[0]!;
  const key = causeKeyOf(readEnvelope(recordOf(blocking)));
  test("holds the innermost class, the own frame nearest to it, and the message without ids", () => {
    expect(key).toEqual({
      causeClass: "java.net.ConnectException",
      frame: "com.acme.billing.Store.open",
      message: "Invoice # cannot be stored; Connection refused",
      sourceTopic: "orders",
      group: "billing",
      eventType: "com.acme.OrderPlaced",
      dialect: "spring-blocking",
    });
  });
  test("differs with each of its parts", () => {
    const parts = Object.keys(key) as (keyof typeof key)[];
    const texts = parts.map((part) => causeKeyText({ ...key, [part]: null }));
    expect(new Set([causeKeyText(key), ...texts]).size).toBe(parts.length + 1);
  });
});
