import { listClusters as listClustersContract } from "#lib/contracts/clusters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listClusters } from "#lib/services/clusters/list-clusters.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listClustersContract, listClusters),
});
