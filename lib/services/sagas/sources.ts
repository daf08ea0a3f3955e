import type { SagaSource, SourceUnreadableError } from "#lib/adapters/tables/sagas/saga-source.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { choreographySources } from "#lib/services/sagas/choreography-source.ts";

/** What a source could not answer, as lists show it. */
export interface SourceFailure {
  readonly subject: string;
  readonly reason: string;
}

/** sagaSources are all sources of the configuration, databases and choreographies, or the one of an id. */
export function sagaSources(ctx: Pick<Ctx, "db" | "now" | "sagas">, id?: string): readonly SagaSource[] {
  const all = [...ctx.sagas.sources, ...choreographySources(ctx)];
  return id === undefined ? all : all.filter(({ facts }) => facts.id === id);
}

/** unknownSource says that the configuration has no source of an id; nothing where it has. */
export function unknownSource(sources: readonly SagaSource[], id: string | undefined): SourceFailure[] {
  if (id === undefined || sources.length > 0) return [];
  return [{ subject: id, reason: "The configuration names no such source of sagas." }];
}

/** askSources asks every source at once; one that cannot be read is a failure, not an error. */
export async function askSources<Answer>(
  sources: readonly SagaSource[],
  ask: (source: SagaSource) => Promise<Answer>,
): Promise<{ answers: { source: SagaSource; answer: Answer }[]; failures: SourceFailure[] }> {
  const failures: SourceFailure[] = [];
  const asked = await Promise.all(
    sources.map(async (source) => {
      try {
        return [{ source, answer: await ask(source) }];
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        failures.push({ subject: source.facts.id, reason: error.message });
        return [];
      }
    }),
  );
  return { answers: asked.flat(), failures };
}

/** askSource asks one source. Throws AppError `saga_source_unreadable`. */
export async function askSource<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    throw new AppError("saga_source_unreadable", error.message, {
      cause: error,
      details: { source: error.source },
    });
  }
}

/** Services import no adapter code, so the class is told by its name. */
const isUnreadable = (error: unknown): error is SourceUnreadableError =>
  error instanceof Error && error.name === "SourceUnreadableError";
