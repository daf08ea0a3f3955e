import { createHmac } from "node:crypto";

/** signCommand is the signature of a command: HMAC-SHA256 of the exact bytes of its value under the key, hex. */
export function signCommand(value: Uint8Array, key: string): string {
  return createHmac("sha256", key).update(value).digest("hex");
}
