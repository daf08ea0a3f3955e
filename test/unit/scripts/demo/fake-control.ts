import type { PartControl } from "#scripts/demo/part.ts";

/** A control of nothing that notes its orders; `die` is an end that nobody asked for. */
export function fakeControl(): { control: PartControl; orders: string[]; die: () => void } {
  let pid: number | undefined;
  const orders: string[] = [];
  const carryOut = async (order: string, next: number | undefined): Promise<void> => {
    orders.push(`${order} begins`);
    await Promise.resolve();
    pid = next;
    orders.push(`${order} ends`);
  };
  return {
    orders,
    die: () => {
      pid = undefined;
    },
    control: {
      start: () => carryOut("start", 42),
      stop: () => carryOut("stop", undefined),
      kill: () => carryOut("kill", undefined),
      pid: () => pid,
    },
  };
}
