import type { MayTransact } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { JobPlan, PlanNote } from "#lib/domain/jobs/job-plan.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";

/** What brokers promise of a job's copies; `ledger` is why the ledger cannot be used, null where it can. */
interface AskedDelivery {
  readonly ledger: string | null;
  readonly transactions: MayTransact;
}

/** What a plan warns of where copies go out in transactions alone. */
const OF_TRANSACTIONS: ReadonlySet<string> = new Set(["read_uncommitted", "transactions_stall"]);

/**
 * askDelivery asks the brokers what they promise of a job's copies. The job's lease must be held: its transactional id
 * is asked for. Throws KafkaError, and CopyError where the brokers do not tell.
 */
export async function askDelivery({ kafka, signal }: PlanCtx, job: string): Promise<AskedDelivery> {
  const ledger = await kafka.copy.ledgerRefusal(signal);
  return { ledger, transactions: await kafka.copy.mayTransact(job, signal) };
}

/** withDelivery completes a plan that may be started with what was promised; one without a ledger is refused. */
export function withDelivery(plan: JobPlan, { ledger, transactions }: AskedDelivery): JobPlan {
  if (plan.refusals.length > 0) return plan;
  if (ledger !== null) return { ...plan, refusals: [{ code: "ledger_denied", sentence: ledger }] };
  if (transactions.able) return plan;
  const warnings = plan.warnings.filter(({ code }) => !OF_TRANSACTIONS.has(code));
  return {
    ...plan,
    ...{ delivery: "at-least-once", deliveryReason: transactions.reason },
    warnings: [atLeastOnce(transactions.reason), ...warnings],
  };
}

const atLeastOnce = (reason: string): PlanNote => ({
  code: "at_least_once",
  sentence: `A crash may send up to one batch of 500 copies twice: each carries sluice-redrive-id, and the job counts them. ${reason}`,
});
