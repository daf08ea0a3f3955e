/**
 * `node scripts/capture-frameworks.ts [name ...]`: runs real applications of the frameworks whose dead letters we read
 * (test/frameworks: Spring Boot, Kafka Streams, Kafka Connect; built by Maven), on a broker of its own, and writes
 * what they write to test/fixtures/dead-letters/captured. Takes a few minutes and is no part of `npm test`, which
 * reads what is committed.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startKafka } from "#stack/kafka.ts";
import { captureRun } from "#test/frameworks/capture.ts";
import { FRAMEWORK_RUNS } from "#test/frameworks/runs.ts";

const ROOT = join(import.meta.dirname, "..");
const DIR = join(ROOT, ".sluice", "frameworks");
const FIXTURES = join(ROOT, "test", "fixtures", "dead-letters", "captured");

const wanted = process.argv.slice(2);
const runs = FRAMEWORK_RUNS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const strange = wanted.filter((name) => FRAMEWORK_RUNS.every((run) => run.name !== name));
if (strange.length > 0) {
  throw new Error(
    `There is no ${strange.join(", ")}; there are ${FRAMEWORK_RUNS.map(({ name }) => name).join(", ")}`,
  );
}

const onProgress = (line: string): void => console.log(line);
const kafka = await startKafka({
  ...{ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true, onProgress },
});
try {
  await mkdir(FIXTURES, { recursive: true });
  for (const run of runs) {
    const fixture = await captureRun(run, { kafka, dir: join(DIR, run.name), onProgress });
    await writeFile(join(FIXTURES, `${run.name}.json`), `${JSON.stringify(fixture, null, 2)}\n`);
    onProgress(`${run.name}: captured`);
  }
} finally {
  await kafka.stop();
  await rm(DIR, { recursive: true, force: true });
}
