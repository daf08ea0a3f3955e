import { getPartitionSamples as getPartitionSamplesContract } from "#lib/contracts/groups.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getPartitionSamples } from "#lib/services/groups/get-partition-samples.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getPartitionSamplesContract, getPartitionSamples),
});
