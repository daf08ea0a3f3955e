import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { clientAddress, notePeers, PEER_HEADER, rangeOf } from "#lib/http/client-address.ts";

const PROXIES = ["10.0.0.0/8", "192.0.2.1", "fd00::/8"];

describe("clientAddress", () => {
  test.each([
    ["a proxy that tells", "10.0.0.1", "198.51.100.7", "198.51.100.7"],
    ["a chain of our proxies", "10.0.0.1", "198.51.100.7, 192.0.2.1, 10.4.4.4", "198.51.100.7"],
    ["what a client wrote before the proxy's own word", "10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"],
    ["a proxy over IPv6 that maps IPv4", "::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"],
    ["an IPv6 client, counted by its /64", "fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["a stranger", "203.0.113.9", "198.51.100.7", null],
    ["no connection's address", "", "198.51.100.7", null],
    ["a proxy that tells nothing", "10.0.0.1", "", null],
    ["a proxy that tells rubbish", "10.0.0.1", "198.51.100.7, unknown", null],
    ["nobody but proxies", "10.0.0.1", "10.1.1.1", null],
  ])("%s", (...[, peer, forwarded, expected]) => {
    const headers = new Headers({ [PEER_HEADER]: peer, "x-forwarded-for": forwarded });
    expect(clientAddress(headers, PROXIES)).toBe(expected);
  });

  test("without configured proxies nobody is believed", () => {
    const headers = new Headers({ [PEER_HEADER]: "127.0.0.1", "x-forwarded-for": "198.51.100.7" });
    expect(clientAddress(headers, [])).toBeNull();
  });

  test("a proxy that is no address ends the start", () => {
    expect(() => rangeOf("proxy.internal")).toThrow();
    expect(() => rangeOf("10.0.0.0/99")).toThrow();
  });
});

test("a handler sees the connection's own address, whatever the caller sent for it", async () => {
  notePeers();
  const server = createServer((request, response) => response.end(JSON.stringify(request.headers)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}`, { headers: { [PEER_HEADER]: "10.0.0.1" } });
  expect(await answer.json()).toMatchObject({ [PEER_HEADER]: "127.0.0.1" });
  await new Promise((resolve) => server.close(resolve));
});
