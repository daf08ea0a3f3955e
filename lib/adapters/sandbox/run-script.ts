import { compileFunction } from "node:vm";
import variant from "@jitl/quickjs-wasmfile-release-sync";
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";
import { DRIVER, REALM_SENTENCES, SCRIPT_FILE, SEAL } from "#lib/adapters/sandbox/sealed-realm.ts";
import type { ScriptOutcome, ScriptRecord, ScriptRunner } from "#lib/domain/jobs/script.ts";

/** What a script may use up. */
interface ScriptLimits {
  readonly memoryBytes: number;
  readonly stackBytes: number;
  /** Time of the processor for one record, ms. */
  readonly recordMs: number;
}

const LIMITS: ScriptLimits = { memoryBytes: 32 * 1024 * 1024, stackBytes: 256 * 1024, recordMs: 50 };

let engine: Promise<QuickJSWASMModule> | undefined;

/**
 * openScript makes a runner of a script: QuickJS in WebAssembly, without clock, randomness, network or anything of this
 * process, within limits of memory, stack and time. The problem of code that cannot be read names its line.
 */
export async function openScript(
  code: string,
  limits: Partial<ScriptLimits> = {},
): Promise<{ runner: ScriptRunner } | { problem: string; runner: null }> {
  const unreadable = syntaxProblem(code);
  if (unreadable !== null) return { problem: unreadable, runner: null };
  engine ??= newQuickJSWASMModuleFromVariant(variant);
  const made = makeRealm(await engine, code, { ...LIMITS, ...limits });
  if ("problem" in made) return { problem: made.problem, runner: null };
  const module = await engine;
  const remake = (): ReturnType<typeof makeRealm> => makeRealm(module, code, { ...LIMITS, ...limits });
  return { runner: new Runner(made, remake) };
}

/** The code is read as a function's body, so that none can end the function and do something once for all records. */
function syntaxProblem(code: string): string | null {
  try {
    compileFunction(`"use strict";\n${code}`, ["record"], { filename: SCRIPT_FILE, lineOffset: -1 });
    return null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = /transform\.js:(\d+)/.exec(error.stack ?? "")?.[1];
    return line === undefined
      ? "The script cannot be read as JavaScript."
      : `The script cannot be read as JavaScript: see line ${line}.`;
  }
}

/** A realm with the script in it. */
interface Realm {
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  readonly run: QuickJSHandle;
  /** Begins a record's time. */
  readonly begin: () => void;
}

function makeRealm(
  module: QuickJSWASMModule,
  code: string,
  { memoryBytes, stackBytes, recordMs }: ScriptLimits,
): Realm | { problem: string } {
  const runtime = module.newRuntime();
  runtime.setMemoryLimit(memoryBytes);
  runtime.setMaxStackSize(stackBytes);
  let since = process.threadCpuUsage();
  // The processor's time and not the clock's: a process that is stopped for a while must not fail its record.
  runtime.setInterruptHandler(() => {
    const { user, system } = process.threadCpuUsage(since);
    return user + system > recordMs * 1_000;
  });
  const context = runtime.newContext();
  const begin = (): void => {
    since = process.threadCpuUsage();
  };
  begin();
  const driver = evaluate(context, DRIVER, "driver.js");
  const sealed = evaluate(context, SEAL, "seal.js");
  const script = evaluate(context, `(function (record) { "use strict";\n${code}\n})`, SCRIPT_FILE);
  if (!("handle" in driver) || !("handle" in sealed) || !("handle" in script)) {
    context.dispose();
    runtime.dispose();
    const [problem] = [driver, sealed, script].flatMap((each) => ("problem" in each ? [each.problem] : []));
    return { problem: problem ?? "The script cannot be used." };
  }
  const run = context.unwrapResult(context.callFunction(driver.handle, context.undefined, script.handle));
  for (const { handle } of [driver, sealed, script]) handle.dispose();
  return { runtime, context, run, begin };
}

function evaluate(
  context: QuickJSContext,
  code: string,
  file: string,
): { handle: QuickJSHandle } | { problem: string } {
  const result = context.evalCode(code, file, { type: "global" });
  if (result.error === undefined) return { handle: result.value };
  return { problem: problemOf(context, result.error) };
}

const NATIVE = /^(Error|TypeError|RangeError|ReferenceError|SyntaxError|EvalError|URIError)$/;

/** What went wrong, and in which line; the error's own text may quote the record and is left out. */
function problemOf(context: QuickJSContext, error: QuickJSHandle): string {
  const { name, message, stack } = errorTexts(context, error);
  const line = /transform\.js:(\d{1,6})/.exec(stack)?.[1];
  const where = line === undefined ? "" : ` in line ${Math.max(1, Number(line) - 1)}`;
  if (REALM_SENTENCES.includes(message))
    return where === "" ? message : `${message.slice(0, -1)}: see line${where.slice(8)}.`;
  if (name === "InternalError" && message === "interrupted")
    return `The script took longer than it may${where}.`;
  if (name === "InternalError" && message === "out of memory")
    return `The script needs more memory than it may have${where}.`;
  if (name === "InternalError" && message === "stack overflow")
    return `The script calls itself too deep${where}.`;
  const what = NATIVE.test(name) ? `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}` : "something";
  return `The script threw ${what}${where}.`;
}

/** Properties of an error as text; a script may throw anything, and getters that throw. */
function errorTexts(
  context: QuickJSContext,
  error: QuickJSHandle,
): { name: string; message: string; stack: string } {
  const textOf = (property: string): string => {
    if (context.typeof(error) !== "object") return "";
    using value = context.getProp(error, property);
    return context.typeof(value) === "string" ? context.getString(value) : "";
  };
  try {
    return { name: textOf("name"), message: textOf("message"), stack: textOf("stack") };
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    return { name: "", message: "", stack: "" };
  } finally {
    error.dispose();
  }
}

class Runner implements ScriptRunner {
  readonly #remake: () => ReturnType<typeof makeRealm>;
  #realm: Realm | null;

  constructor(realm: Realm, remake: () => ReturnType<typeof makeRealm>) {
    this.#realm = realm;
    this.#remake = remake;
  }

  run(record: ScriptRecord): ScriptOutcome {
    const realm = this.#opened();
    if ("problem" in realm) return { kind: "problem", sentence: realm.problem };
    const { context, run, begin } = realm;
    begin();
    const { key, value, json, headers } = record;
    const given = context.newString(JSON.stringify({ key, value, json, headers }));
    const result = context.callFunction(run, context.undefined, given);
    given.dispose();
    if (result.error !== undefined) {
      const sentence = problemOf(context, result.error);
      // What ran out of memory or time may have been stopped anywhere: the next record has a realm of its own.
      this.close();
      return { kind: "problem", sentence };
    }
    const answer = context.getString(result.value);
    result.value.dispose();
    return outcomeOf(answer, record);
  }

  close(): void {
    const realm = this.#realm;
    this.#realm = null;
    if (realm === null) return;
    realm.run.dispose();
    realm.context.dispose();
    realm.runtime.dispose();
  }

  #opened(): Realm | { problem: string } {
    if (this.#realm !== null) return this.#realm;
    const made = this.#remake();
    if (!("problem" in made)) this.#realm = made;
    return made;
  }
}

function outcomeOf(answer: string, given: ScriptRecord): ScriptOutcome {
  const made = JSON.parse(answer) as
    [key: string | null, value: string | null, changed: boolean, headers: ScriptRecord["headers"]] | null;
  if (made === null) return { kind: "left-out" };
  const [key, value, changed, headers] = made;
  return {
    kind: "record",
    record: { key, value: changed ? value : given.value, json: given.json, headers },
  };
}
