import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { foldStack } from "#components/dead-letters/fold-stack.ts";

const NODE = `BrokenOrderError: An order has at least one line
    at assertPayable (file:///srv/shop/rules.ts:34:53)
    at charge (file:///srv/shop/payments/charge.ts:12:3)
    at async Runner.run (/srv/shop/node_modules/kafkajs/src/consumer/runner.js:10:5)
    at new Promise (<anonymous>)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;

const JAVA = `org.springframework.kafka.listener.ListenerExecutionFailedException: Listener failed
\tat org.springframework.kafka.listener.Container.invoke(Container.java:2990)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: com.acme.PriceException: no price
\tat com.acme.Pricing.of(Pricing.java:21)
\tat org.springframework.aop.Invoke.go(Invoke.java:1)
\tat com.acme.Orders.handle(Orders.java:12)
\tat java.base/java.util.concurrent.FutureTask.run(FutureTask.java:264)
\t... 14 more`;

const PYTHON = `Traceback (most recent call last):
  File "/usr/lib/python3.12/site-packages/faust/agents.py", line 12, in run
    await self.on_message(message)
  File "/usr/lib/python3.12/site-packages/faust/streams.py", line 90, in next
    return fun(value)
  File "/srv/shop/orders.py", line 7, in handle
    raise ValueError("no price")
ValueError: no price`;

const shape = (stack: string) => foldStack(stack).map(({ kind, lines }) => `${kind} ${lines.length}`);

describe("a stack", () => {
  it("of Node shows its own frames and folds packages, natives and Node's own", () => {
    expect(shape(NODE)).toEqual(["shown 3", "folded 3"]);
    expect(foldStack(NODE)[1]?.frames).toBe(3);
  });

  it("of Java folds runs of two and more, keeps a single frame between own ones, and counts no `... 14 more`", () => {
    expect(shape(JAVA)).toEqual(["shown 1", "folded 2", "shown 6"]);
  });

  it("of Python counts frames, not lines, and keeps the source line with its frame", () => {
    const [head, folded, own] = foldStack(PYTHON);
    expect(head?.lines).toEqual(["Traceback (most recent call last):"]);
    expect(folded).toMatchObject({ kind: "folded", frames: 2 });
    expect(folded?.lines).toHaveLength(4);
    expect(own?.lines.at(0)).toContain("/srv/shop/orders.py");
  });

  it("without a frame of one's own is shown whole", () => {
    expect(shape("Error: x\n    at node:internal/a:1:1\n    at node:internal/b:1:1")).toEqual(["shown 3"]);
    expect(shape("no stack at all")).toEqual(["shown 1"]);
  });

  it("loses no line and keeps their order", () => {
    const line = fc.constantFrom(...[NODE, JAVA, PYTHON].flatMap((stack) => stack.split("\n")), "", "x");
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const stack = lines.join("\n").replace(/\s+$/, "");
        const back = foldStack(stack).flatMap((part) => part.lines);
        expect(back.join("\n")).toBe(stack);
      }),
    );
  });
});
