/** What a part is doing: `exited` ended by itself, which nobody asked for. */
type PartState = "starting" | "running" | "stopping" | "stopped" | "killed" | "exited";

/** One part as the control endpoint shows it. */
export type PartStatus = {
  name: string;
  state: PartState;
  pid: number | undefined;
  /** Since when it is in this state, epoch ms. */
  sinceAt: number;
};

/** What a part can do to the thing it stands for; each resolves when it is done. */
export type PartControl = {
  /** Starts it and resolves when it is healthy. Does nothing where it runs. */
  start: () => Promise<void>;
  /** SIGTERM and wait. */
  stop: () => Promise<void>;
  /** SIGKILL. */
  kill: () => Promise<void>;
  pid: () => number | undefined;
};

/** One process that the demo runs. Orders to one part are carried out one after the other. */
export type Part = {
  name: string;
  status: () => PartStatus;
  start: () => Promise<void>;
  stop: () => Promise<void>;
  kill: () => Promise<void>;
};

/** Runs works one after the other, also after one that failed. */
const createTurns = (): ((work: () => Promise<void>) => Promise<void>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
};

/** Puts a control under orders. `running` says that it was started before. Never restarts anything by itself. */
export function createPart(name: string, control: PartControl, running = false): Part {
  let state: PartState = running ? "running" : "stopped";
  let sinceAt = Date.now();
  const inTurn = createTurns();
  const become = (next: PartState): void => {
    if (next === state) return;
    state = next;
    sinceAt = Date.now();
  };
  const look = (): PartState => {
    if (state === "running" && control.pid() === undefined) become("exited");
    return state;
  };
  const start = async (): Promise<void> => {
    if (look() === "running") return;
    become("starting");
    try {
      await control.start();
      become("running");
    } catch (error) {
      become("exited");
      throw error;
    }
  };
  /** A part that does not run keeps its state: `exited` stays visible. */
  const end = async (passing: PartState, work: () => Promise<void>, final: PartState): Promise<void> => {
    if (look() !== "running") return;
    become(passing);
    await work();
    become(final);
  };
  return {
    name,
    status: () => ({ name, state: look(), pid: control.pid(), sinceAt }),
    start: () => inTurn(start),
    stop: () => inTurn(() => end("stopping", control.stop, "stopped")),
    kill: () => inTurn(() => end("killed", control.kill, "killed")),
  };
}
