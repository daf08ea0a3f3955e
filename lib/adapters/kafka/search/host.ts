import { carryError } from "#lib/adapters/kafka/search/carried-error.ts";
import { SearchThread, ThreadLost, ThreadStuck } from "#lib/adapters/kafka/search/search-thread.ts";
import type { FromHost, Job, ToHost } from "#lib/adapters/kafka/search/thread-protocol.ts";

/**
 * The process of one search thread: it passes on what the thread is asked and what it tells. It ends with its thread,
 * and when whoever started it is gone.
 */
if (process.send === undefined) throw new Error("host.ts runs as a child process");
let thread: SearchThread | null = null;

const tell = (message: FromHost, then: () => void = () => undefined): void => {
  process.send?.(message, undefined, {}, then);
};
const leave = (): never => process.exit(0);

function tellFailure(error: unknown): void {
  if (error instanceof ThreadStuck) tell({ type: "stuck", record: error.record }, leave);
  else if (error instanceof ThreadLost) tell({ type: "lost", why: error.why }, leave);
  else tell({ type: "failed", error: carryError(error) });
}

function run(searcher: SearchThread, job: Job): void {
  searcher
    .run(job, (event, bytes) => tell({ type: "event", event, bytes }))
    .then((answer) => tell({ type: "answer", answer }), tellFailure);
}

process.on("disconnect", leave);
process.on("message", (message: ToHost) => {
  if (message.type === "start") {
    const { start, deadlineMs } = message;
    thread = new SearchThread(start, {
      deadlineMs,
      onLost: () => tellFailure(new ThreadLost("other")),
    });
    tell({ type: "ready" });
  } else if (thread === null) throw new Error("a search host is started before it is asked");
  else if (message.type === "run") run(thread, message.job);
  else if (message.type === "cancel") thread.cancel();
  else thread.credit(message.bytes);
});
