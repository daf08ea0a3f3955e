import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

/**
 * PEER_HEADER carries the address of the connection itself; {@link notePeers} overwrites what a caller sent.
 */
export const PEER_HEADER = "x-sluice-peer";

/**
 * notePeers sets {@link PEER_HEADER} on every request of this process from now on. Node tells of a request here
 * before any handler sees it; a route handler of Next has no way to the socket.
 */
export function notePeers(): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    request.headers[PEER_HEADER] = request.socket.remoteAddress ?? "";
  });
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/**
 * clientAddress is the client's address where trusted proxies tell it, null otherwise: anybody can write an
 * x-forwarded-for. It is believed only when the connection comes from a trusted proxy, and read from its right end:
 * the first address that is not a trusted proxy itself was seen by one. `trustedProxies` are addresses or CIDR ranges.
 */
export function clientAddress(headers: Headers, trustedProxies: readonly string[]): string | null {
  const ranges = trustedProxies.map(rangeOf);
  const peer = parse(headers.get(PEER_HEADER) ?? "");
  if (peer === null || !isWithin(peer, ranges)) return null;
  const hops = (headers.get("x-forwarded-for") ?? "").split(",").reverse();
  for (const hop of hops) {
    const address = parse(hop.trim());
    if (address === null) return null;
    if (!isWithin(address, ranges)) return networkOf(address);
  }
  return null;
}

/** An IPv6 client owns a whole /64, so that is what is counted. */
function networkOf(address: Address): string {
  if (address.kind() === "ipv4") return address.toString();
  const bytes = address.toByteArray();
  return `${ipaddr.fromByteArray([...bytes.slice(0, 8), ...new Array<number>(8).fill(0)]).toString()}/64`;
}

function parse(text: string): Address | null {
  return ipaddr.isValid(text) ? ipaddr.process(text) : null;
}

/** rangeOf reads an address or a CIDR range; throws on anything else, which the start-up check makes visible. */
export function rangeOf(text: string): Range {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function isWithin(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(
    ([network, bits]) =>
      address.kind() === network.kind() && address.match([network, bits] as [ipaddr.IPv4, number]),
  );
}
