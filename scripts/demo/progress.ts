/** Tells the person at the terminal what takes long. */
export type Progress = {
  /** Runs one step; it gets a line of its own when it takes over a second. */
  step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  line: (text: string) => void;
};

const WORTH_A_LINE_MS = 1_000;

/**
 * Writes to the given sink: `  … name` once a step has taken a second, `  ✓ name 4.1 s` when it ends, `  ✗ name` when
 * it fails and nobody has asked for the end.
 */
export function createProgress(write: (line: string) => void, signal?: AbortSignal): Progress {
  return {
    line: write,
    async step(name, work) {
      const startedAt = performance.now();
      const announce = setTimeout(() => write(`  … ${name}`), WORTH_A_LINE_MS);
      try {
        const result = await work();
        const tookMs = performance.now() - startedAt;
        if (tookMs >= WORTH_A_LINE_MS) write(`  ✓ ${name} ${(tookMs / 1000).toFixed(1)} s`);
        return result;
      } catch (error) {
        if (signal?.aborted !== true) write(`  ✗ ${name}`);
        throw error;
      } finally {
        clearTimeout(announce);
      }
    },
  };
}
