import { expect } from "@playwright/test";

/** comes asks until `find` answers something, `timeout` ms at most, and answers that. What `find` throws ends it. */
export async function comes<T>(find: () => Promise<T | undefined>, timeout: number): Promise<T> {
  const found: T[] = [];
  const ask = async (): Promise<number> => {
    const answer = await find();
    return answer === undefined ? 0 : found.push(answer);
  };
  await expect.poll(ask, { timeout }).toBeGreaterThan(0);
  return found[0] as T;
}
