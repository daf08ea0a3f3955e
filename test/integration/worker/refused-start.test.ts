import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, "..", "..", "..", "lib", "worker", "main.ts");

test("a worker whose configuration names a schema that does not compile ends at once and names the file", async () => {
  const dir = await mkdtemp(join(tmpdir(), "sluice-start-"));
  try {
    const config = join(dir, "sluice.config.yaml");
    await writeFile(config, "clusters: [{id: a, brokers: ['127.0.0.1:1'], schemas: {orders: order.json}}]");
    await writeFile(join(dir, "order.json"), '{"type":"strnig"}');
    const env = {
      ...process.env,
      SLUICE_CONFIG: config,
      DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none",
    };
    const failed = await run(process.execPath, [MAIN], { env, timeout: 30_000 }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: 1 });
    const { stderr } = failed as { stderr: string };
    expect(stderr).toContain("order.json, the schema of orders, is no JSON Schema that Sluice can use");
    expect(stderr).not.toContain("    at ");
  } finally {
    await rm(dir, { recursive: true });
  }
});
