import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { GenericDialect } from "#lib/domain/dead-letters/dialects/generic.ts";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { JobSettings } from "#lib/domain/jobs/job-settings.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import type { OpenScript, ScriptRunner } from "#lib/domain/jobs/script.ts";
import type { ValueSchemas } from "#lib/domain/jobs/value-schemas.ts";
import { AppError } from "#lib/services/app-error.ts";

/** What copies are made with, beside the job. */
export interface CopyTools {
  readonly kafka: Pick<KafkaCluster, "copy">;
  /** Epoch ms. */
  readonly now: () => number;
  readonly openScript: OpenScript;
  readonly settings: JobSettings;
  /** A home-made convention of dead letters of the cluster. */
  readonly generic?: GenericDialect | undefined;
  /** What the values of the cluster's topics must keep to. */
  readonly schemas: ValueSchemas;
}

/** The job whose copies are made: its request and what of its plan decides where they go. */
export interface CopyJob {
  readonly id: string;
  readonly spec: JobSpec;
  readonly plan: Pick<JobPlan, "sources" | "targets"> & Partial<Pick<JobPlan, "shadows">>;
}

/** CopyMaking is a job opened for making copies; closed when the last one is made. */
export interface CopyMaking {
  readonly tools: CopyTools;
  readonly job: CopyJob;
  readonly runner: ScriptRunner | null;
  readonly genericNames: ReadonlySet<string>;
  /** Ids of source topics by name. */
  readonly topicIds: ReadonlyMap<string, string>;
  readonly partitionCounts: ReadonlyMap<string, number>;
  close(): void;
}

/**
 * openCopies makes a job ready for {@link makeCopies}: its script is read once. Throws AppError `transform_invalid`
 * where the script cannot be used.
 */
export async function openCopies(tools: CopyTools, job: CopyJob): Promise<CopyMaking> {
  const runner = await runnerOf(tools, job);
  return {
    ...{ tools, job, runner },
    genericNames: new Set(Object.values(tools.generic?.fields ?? {}).map(({ header }) => header)),
    topicIds: new Map(job.plan.sources.map(({ topic, topicId }) => [topic, topicId])),
    // A shadow that is made at the start is a target already.
    partitionCounts: new Map(
      [...(job.plan.shadows ?? []), ...job.plan.targets].map(({ topic, partitionCount }) => [
        topic,
        partitionCount,
      ]),
    ),
    close: () => runner?.close(),
  };
}

async function runnerOf(
  { openScript }: Pick<CopyTools, "openScript">,
  { spec }: CopyJob,
): Promise<ScriptRunner | null> {
  const { value } = spec.transform;
  if (value.kind !== "script") return null;
  const opened = await openScript(value.code);
  if (opened.runner === null) throw new AppError("transform_invalid", opened.problem);
  return opened.runner;
}
