import { getClusterHistory as getClusterHistoryContract } from "#lib/contracts/clusters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getClusterHistory } from "#lib/services/clusters/get-cluster-history.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getClusterHistoryContract, getClusterHistory),
});
