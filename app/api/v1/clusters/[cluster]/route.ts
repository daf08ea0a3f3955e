import { getCluster as getClusterContract } from "#lib/contracts/clusters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getCluster } from "#lib/services/clusters/get-cluster.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getClusterContract, getCluster),
});
