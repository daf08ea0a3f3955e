import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** The metrics of this process. */
export interface ProcessMetrics {
  readonly registry: Registry;
  readonly requests: Counter<"method" | "route" | "status">;
  readonly seconds: Histogram<"method" | "route">;
  readonly liveStreams: Gauge;
}

const KEY = Symbol.for("sluice.metrics");

/**
 * processMetrics is the one instance of this process, on globalThis as the runtime's is: Next loads a module more
 * than once. Routes are counted by their template, so a caller cannot make series.
 */
export function processMetrics(): ProcessMetrics {
  const place = globalThis as { [KEY]?: ProcessMetrics };
  return (place[KEY] ??= makeMetrics());
}

function makeMetrics(): ProcessMetrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: "sluice_http_requests_total",
      help: "API requests answered.",
      labelNames: ["method", "route", "status"],
      registers,
    }),
    seconds: new Histogram({
      name: "sluice_http_request_duration_seconds",
      help: "Time from an API request's arrival to its answer.",
      labelNames: ["method", "route"],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    liveStreams: new Gauge({ name: "sluice_live_streams", help: "Open live streams.", registers }),
  };
}
