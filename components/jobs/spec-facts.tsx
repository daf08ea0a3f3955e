import { CodeBlock } from "#components/ui/code-block.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Link } from "#components/ui/link.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { partitionsPhrase } from "#lib/domain/time/phrase.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { Job } from "#lib/domain/jobs/job.ts";

import { targetPhrase } from "./job-words.ts";
import { ORDER_WORDS, paceWords, sourceWords, transformWords } from "./spec-words.ts";

interface SpecFactsProps {
  cluster: string;
  job: Job;
  plan: JobPlan;
}

/** What was asked for, in words: what, changed how, where to, how fast, in which order. */
export function SpecFacts({ cluster, job, plan }: SpecFactsProps) {
  const { source, transform, target } = job.spec;
  const { reset } = plan;
  const code =
    transform.value.kind === "script"
      ? { label: "JavaScript", text: transform.value.code }
      : transform.value.kind === "patch"
        ? { label: "JSON patch", text: JSON.stringify(transform.value.operations, null, 2) }
        : null;
  return (
    <Panel title="What is asked for">
      <DefinitionList
        items={[
          { term: "What", value: <span title={sourceWords(source)}>{sourceWords(source)}</span> },
          ...(reset === null ? [{ term: "Changed", value: transformWords(transform) }] : []),
          { term: "To", value: targetPhrase(target) },
          ...plan.targets.map(({ topic, partitionCount, records }, index) => ({
            term: index === 0 ? "Topics" : " ".repeat(index),
            value: (
              <Link href={paths.topic(cluster, topic)} className="link-quiet" title={topic}>
                {topic}{" "}
                <span className="text-muted">
                  {partitionsPhrase(partitionCount)}
                  {records !== null && `, ${records.toLocaleString("en-US")} to it`}
                </span>
              </Link>
            ),
          })),
          ...(reset === null ? copyFacts(job, plan) : []),
        ]}
      />
      {code !== null && (
        <div className="mt-3">
          <CodeBlock code={code.text} label={code.label} maxHeight="200px" />
          {plan.scriptHash !== null && (
            <p className="text-muted mt-1 text-xs">
              sha256 <code>{plan.scriptHash.slice(0, 16)}</code>, frozen with the plan
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}

/** What is to be said of copies, and of no group that reads again. */
function copyFacts({ spec: { pace, times, processed } }: Job, plan: JobPlan) {
  const { shadows, validated, delivery, deliveryReason } = plan;
  return [
    ...(shadows.length === 0
      ? []
      : [
          {
            term: "Shadows",
            value: shadows
              .map(({ topic, partitionCount }) => `${topic} (${partitionsPhrase(partitionCount)})`)
              .join(", "),
            hint: "Topics that the start makes: kept 7 days, and not taken away by Sluice.",
          },
        ]),
    { term: "Pace", value: <span title={paceWords(pace)}>{paceWords(pace)}</span> },
    { term: "Order", value: ORDER_WORDS[plan.order] },
    { term: "Times", value: times === "kept" ? "the records' own" : "now" },
    {
      term: "Processed",
      value: processed === "leave-out" ? "left out" : "sent all the same",
      hint: "Records that the group's table of processed events holds already.",
    },
    {
      term: "Delivery",
      value:
        delivery === "exactly-once"
          ? "exactly once, for groups that read committed"
          : `at least once. ${deliveryReason ?? ""}`.trim(),
    },
    {
      term: "Schemas",
      value:
        validated.length === 0 ? "no schema is known for a target" : `held against: ${validated.join(", ")}`,
      hint: "Values that break the target's JSON Schema are refused.",
    },
  ];
}
