/** A lease that this process took: the right to do one periodic work until it expires or is taken over. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Rises with every takeover; each write of the holder checks it. */
  readonly epoch: bigint;
}

/** How long a lease lasts unless renewed, and how often it is renewed and tried for, ms. */
export interface LeaseTimes {
  readonly ttlMs: number;
  readonly renewMs: number;
  readonly contendMs: number;
}

/** LEASE_TIMES is the protocol's: 15 s, renewed every 5 s, tried for every 2 s. Tests shorten them. */
export const LEASE_TIMES: LeaseTimes = { ttlMs: 15_000, renewMs: 5_000, contendMs: 2_000 };

/** sweepLease names the lease of a cluster's sweep. */
export const sweepLease = (cluster: string): string => `sweep:${cluster}`;

/** indexLease names the lease of the index of a cluster's dead letters. */
export const indexLease = (cluster: string): string => `index:${cluster}`;

/** choreographiesLease names the lease of folding a cluster's choreographies. */
export const choreographiesLease = (cluster: string): string => `choreographies:${cluster}`;

/** sagaResultsLease names the lease of the reading of services' answers to commands on a cluster. */
export const sagaResultsLease = (cluster: string): string => `saga-results:${cluster}`;

/** jobLease names the lease of a copy job. */
export const jobLease = (jobId: string): string => `job:${jobId}`;

/** LeaseLostError says that another holder took the lease over: roll back and stop the work. */
export class LeaseLostError extends Error {
  constructor(name: string) {
    super(`The lease ${name} is held by another worker.`);
    this.name = "LeaseLostError";
  }
}
