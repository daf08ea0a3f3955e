import { parentPort, workerData } from "node:worker_threads";
import { openClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { carryError } from "#lib/adapters/kafka/search/carried-error.ts";
import { openSchemaRegistry } from "#lib/adapters/kafka/search/decode/schema-registry.ts";
import { readRecord, tryTerms } from "#lib/adapters/kafka/search/read-record.ts";
import { checkSearch, runSearch } from "#lib/adapters/kafka/search/run-search.ts";
import { sizeOfShown } from "#lib/adapters/kafka/search/size-of-shown.ts";
import {
  EVENT_WINDOW_BYTES,
  type FromThread,
  type Job,
  type JobAnswers,
  type ThreadStart,
  type ToThread,
} from "#lib/adapters/kafka/search/thread-protocol.ts";
import { ThreadSign } from "#lib/adapters/kafka/search/thread-sign.ts";
import type { SearchEvent } from "#lib/domain/records/record-search.ts";

/**
 * The thread of the pool: it runs one job at a time, gives a sign of life at least twice a second, and sends events no
 * faster than their reader takes them. Everything that leaves it is masked.
 */
const SIGN_MS = 250;

if (parentPort === null) throw new Error("thread.ts runs as a worker thread");
const port = parentPort;
const start = workerData as ThreadStart;
const sign = new ThreadSign(start.sign);
const links = openClusterLinks(start.bootstrap, start.link);
const schemas = start.schemaRegistry === null ? null : openSchemaRegistry(start.schemaRegistry);
let cancelling = new AbortController();
let windowBytes = EVENT_WINDOW_BYTES;
let wake: (() => void) | null = null;

const tell = (message: FromThread): void => port.postMessage(message);

async function emit(event: SearchEvent): Promise<void> {
  // Progress is told whatever the reader does: the pool keeps the newest alone.
  const bytes = event.type === "record" ? sizeOfShown(event.record) : 0;
  windowBytes -= bytes;
  tell({ type: "event", event, bytes });
  while (bytes > 0 && windowBytes <= 0 && !cancelling.signal.aborted)
    await new Promise<void>((resolve) => (wake = resolve));
}

async function answerTo(job: Job): Promise<JobAnswers[Job["kind"]]> {
  const tools = { links, masking: start.masking, schemas, sign, signal: cancelling.signal };
  switch (job.kind) {
    case "check":
      return checkSearch(job.question, start.masking);
    case "search":
      await runSearch(job.question, { ...tools, emit });
      return null;
    case "read":
      return readRecord(job.at, job, tools);
    case "try":
      return tryTerms(
        job.at,
        { terms: job.terms, keyDecoder: job.keyDecoder, valueDecoder: job.valueDecoder },
        tools,
      );
  }
}

async function run(job: Job): Promise<void> {
  cancelling = new AbortController();
  windowBytes = EVENT_WINDOW_BYTES;
  try {
    tell({ type: "answer", answer: await answerTo(job) });
  } catch (error) {
    tell({ type: "failed", error: carryError(error) });
  }
}

port.on("message", (message: ToThread) => {
  sign.at = Date.now();
  if (message.type === "run") void run(message.job);
  else if (message.type === "cancel") cancelling.abort();
  else windowBytes += message.bytes;
  wake?.();
  wake = null;
});
setInterval(() => (sign.at = Date.now()), SIGN_MS).unref();
sign.at = Date.now();
tell({ type: "ready" });
