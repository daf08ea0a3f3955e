import * as access from "#lib/contracts/access.ts";
import * as brokers from "#lib/contracts/brokers.ts";
import * as clusters from "#lib/contracts/clusters.ts";
import type { Endpoint } from "#lib/contracts/endpoint.ts";
import * as deadLetterTopics from "#lib/contracts/dead-letter-topics.ts";
import * as deadLetters from "#lib/contracts/dead-letters.ts";
import * as groups from "#lib/contracts/groups.ts";
import * as jobs from "#lib/contracts/jobs.ts";
import * as offsetResets from "#lib/contracts/offset-resets.ts";
import * as records from "#lib/contracts/records.ts";
import * as sagaCommands from "#lib/contracts/saga-commands.ts";
import * as sagas from "#lib/contracts/sagas.ts";
import * as topics from "#lib/contracts/topics.ts";

/** ENDPOINTS lists every endpoint in the order OpenAPI shows them; a test holds it against the routes. */
export const ENDPOINTS: readonly Endpoint[] = [
  clusters.listClusters,
  clusters.getCluster,
  clusters.getClusterHistory,
  groups.listGroups,
  groups.getGroup,
  groups.getGroupHistory,
  groups.getGroupHeat,
  groups.getPartitionSamples,
  groups.listGroupEvents,
  groups.getExactTimeLag,
  offsetResets.listOffsetResets,
  offsetResets.planOffsetReset,
  offsetResets.getOffsetReset,
  offsetResets.applyOffsetReset,
  offsetResets.undoOffsetReset,
  offsetResets.listOffsetSnapshots,
  offsetResets.saveOffsetSnapshot,
  topics.listTopics,
  topics.getTopic,
  topics.getTopicHistory,
  brokers.listBrokers,
  records.searchRecords,
  records.getRecord,
  records.tryFilter,
  records.produceRecord,
  deadLetters.listCauses,
  deadLetters.getCause,
  deadLetters.updateCause,
  deadLetters.getDeadLetterHistory,
  deadLetters.listDeadLetters,
  deadLetters.getDeadLetter,
  deadLetters.getDeadLetterRecord,
  deadLetters.getSameKeyOrder,
  deadLetters.countSelection,
  deadLetters.discardDeadLetters,
  deadLetters.restoreDeadLetters,
  deadLetterTopics.listDeadLetterTopics,
  deadLetterTopics.setDeadLetterTopic,
  jobs.listJobs,
  jobs.planJob,
  jobs.getJob,
  jobs.updateJob,
  jobs.listJobRecords,
  jobs.previewJob,
  jobs.approveJob,
  jobs.startJob,
  jobs.pauseJob,
  jobs.resumeJob,
  jobs.cancelJob,
  jobs.exportJob,
  sagas.listSagas,
  sagas.getSaga,
  sagas.getSagaCounts,
  sagas.listSagaDefinitions,
  sagaCommands.previewSagaCommand,
  sagaCommands.listSagaCommands,
  sagaCommands.sendSagaCommand,
  sagaCommands.sendSagaCommands,
  sagaCommands.getSagaCommands,
  sagaCommands.cancelSagaCommands,
  access.getMe,
  access.signOut,
  access.listUsers,
  access.createUser,
  access.updateUser,
  access.getSetUp,
  access.setUpFirstAdmin,
  access.listTokens,
  access.createToken,
  access.revokeToken,
];
