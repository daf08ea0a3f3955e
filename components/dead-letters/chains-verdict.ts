import { formatCount } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type { DeadLetterTopic } from "#lib/domain/dead-letters/dead-letter.ts";

/** chainsVerdict says in one sentence how well the dead-letter topics of a cluster are followed. */
export function chainsVerdict(
  topics: readonly Pick<DeadLetterTopic, "leftOut" | "flood" | "failure" | "behind">[],
): { sentence: string; tone: Tone } {
  const followed = topics.filter(({ leftOut }) => !leftOut);
  const leftOut = topics.length - followed.length;
  if (topics.length === 0) return { sentence: "No dead-letter topic was found.", tone: "neutral" };
  const head = `${formatCount(followed.length)} dead-letter ${followed.length === 1 ? "topic is" : "topics are"} followed`;
  const failing = followed.filter(({ failure }) => failure !== null).length;
  const flooded = followed.filter(({ flood }) => flood !== null).length;
  const behind = followed.reduce((sum, topic) => sum + topic.behind, 0);
  const parts = [
    ...(failing === 0
      ? []
      : [`${formatCount(failing)} cannot be read to ${failing === 1 ? "its" : "their"} end`]),
    ...(flooded === 0 ? [] : [`${formatCount(flooded)} ${flooded === 1 ? "floods" : "flood"}`]),
    ...(behind === 0 ? [] : [`${formatCount(behind)} records are not indexed yet`]),
    ...(leftOut === 0 ? [] : [`${formatCount(leftOut)} left out by hand`]),
  ];
  const tone = flooded > 0 ? "critical" : failing > 0 ? "warning" : "ok";
  return { sentence: `${[head, ...parts].join("; ")}.`, tone };
}
