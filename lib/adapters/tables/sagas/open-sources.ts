import type { Pool } from "pg";
import { openReadOnlyPool } from "#lib/adapters/tables/read-only-pool.ts";
import { dbosSource } from "#lib/adapters/tables/sagas/dbos.ts";
import { eventuateSource } from "#lib/adapters/tables/sagas/eventuate.ts";
import { kitSource } from "#lib/adapters/tables/sagas/kit.ts";
import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import { sagaTables, type SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";
import { seataSource } from "#lib/adapters/tables/sagas/seata.ts";
import { viewSource } from "#lib/adapters/tables/sagas/view.ts";
import type { SagaPreset } from "#lib/domain/sagas/saga-preset.ts";
import type { Log } from "#lib/log.ts";

/** Where a database keeps sagas; `schema` is the preset's own where absent, `view` names the view of a `view`. */
interface SagaPlace {
  readonly preset: SagaPreset;
  readonly schema?: string | undefined;
  readonly view?: string | undefined;
}

/** The users' databases that may keep sagas. `url` holds a password. */
interface SourcesOptions {
  readonly databases: readonly {
    readonly id: string;
    readonly url: string;
    readonly cluster: string;
    readonly sagas: readonly SagaPlace[];
  }[];
  /** Why no command can be sent through a cluster; null where one can. */
  readonly refusal: (cluster: string) => string | null;
  readonly now: () => number;
  readonly log: Log;
}

/** A preset: the schema that its framework uses, who owns its sagas, and its reader. */
interface Preset {
  readonly schema: string | null;
  /** Its name in a sentence. */
  readonly name: string;
  readonly open: (tables: SagaTables, place: SagaPlace) => SagaSource;
}

const PRESETS = {
  kit: { schema: null, name: "Sluice's kit", open: kitSource },
  eventuate: { schema: "eventuate", name: "Eventuate", open: eventuateSource },
  dbos: { schema: "dbos", name: "DBOS", open: dbosSource },
  seata: { schema: null, name: "Seata", open: seataSource },
  view: {
    schema: null,
    name: "What keeps the sagas of this view",
    open: (tables, { view = "sagas" }) => viewSource(tables, view),
  },
} as const satisfies Record<SagaPreset, Preset>;

/**
 * A scan of a whole table is the planner's last resort here, whatever it believes of its size; the compiler of
 * expressions would cost more than any of these queries.
 */
const SETTINGS = ["enable_seqscan=off", "jit=off"];

/** openSagaSources opens every source that the configuration names. It connects on first use. */
export function openSagaSources(options: SourcesOptions): SagaSource[] {
  return options.databases.flatMap(({ id, url, cluster, sagas }) => {
    if (sagas.length === 0) return [];
    const pool = openReadOnlyPool({ id, url, log: options.log, settings: SETTINGS });
    return sagas.map((place, index): SagaSource => {
      const preset: Preset = PRESETS[place.preset];
      const readOnly =
        place.preset === "kit"
          ? options.refusal(cluster)
          : `${preset.name} takes no commands of operators over topics: its sagas are moved where they run.`;
      const facts = { id: idOf(id, place, sagas), cluster, kind: "orchestrated", readOnly } as const;
      const tables = sagaTables(pool, { facts, schema: place.schema ?? preset.schema, now: options.now });
      const source = preset.open(tables, place);
      return index === 0 ? closing(source, pool) : source;
    });
  });
}

/** The first source of a database ends its pool. */
const closing = (source: SagaSource, pool: Pool): SagaSource => ({ ...source, close: () => pool.end() });

/** `shop` where the database has one source; `shop.eventuate`, and `shop.eventuate.billing`, where it has several. */
function idOf(database: string, place: SagaPlace, all: readonly SagaPlace[]): string {
  if (all.length === 1) return database;
  const alike = all.filter(({ preset }) => preset === place.preset);
  const own =
    alike.length === 1
      ? []
      : [place.schema ?? place.view ?? "public", ...(place.schema && place.view ? [place.view] : [])];
  return [database, place.preset, ...own].join(".");
}
