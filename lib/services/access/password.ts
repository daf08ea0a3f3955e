import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** Cost of new hashes: about 100 ms and 32 MB each on one core. */
const COST = { n: 2 ** 15, r: 8, p: 1 } as const;
/** What a stored hash may ask for at most: a tampered row must not take the process down. */
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;

/**
 * hashPassword makes the stored form of a password: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. It says
 * its own cost, so the cost of new hashes may rise while old ones still verify.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return ["scrypt", COST.n, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** verifyPassword says whether `password` made `stored`. A stored text of another form is an error, not a no. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const match = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w-]{16,})\$([\w-]{43})$/.exec(stored);
  const [, n, r, p, salt, hash] = match ?? [];
  if (salt === undefined || hash === undefined)
    throw new Error("A stored password hash has an unknown form.");
  const cost = { n: Number(n), r: Number(r), p: Number(p) };
  const key = await derive(password, Buffer.from(salt, "base64url"), cost);
  return timingSafeEqual(key, Buffer.from(hash, "base64url"));
}

let decoy: Promise<string> | undefined;

/** wastePassword takes as long as {@link verifyPassword} and is false: an unknown account answers no faster. */
export async function wastePassword(password: string): Promise<false> {
  decoy ??= hashPassword(randomBytes(KEY_BYTES).toString("base64url"));
  await verifyPassword(password, await decoy);
  return false;
}

function derive(password: string, salt: Buffer, cost: { n: number; r: number; p: number }): Promise<Buffer> {
  const options: ScryptOptions = { N: cost.n, r: cost.r, p: cost.p, maxmem: MAX_MEMORY_BYTES };
  // NFC: the same password typed on another system may arrive in another Unicode form.
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, KEY_BYTES, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
