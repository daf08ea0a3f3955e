import { existsSync } from "node:fs";
import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { runJava } from "./java.ts";

/** A broker's own certificate for loopback: where its key lies, and what a client has to trust. */
export type BrokerCertificate = { keystore: string; caPem: string };

const TEN_YEARS_DAYS = "3650";

/** The self-signed certificate of this folder's broker, made by the JDK's keytool when there is none yet. */
export async function ensureCertificate(dir: string, password: string): Promise<BrokerCertificate> {
  const keystore = join(dir, "broker.p12");
  const store = ["-alias", "broker", "-keystore", keystore, "-storetype", "PKCS12", "-storepass", password];
  if (!existsSync(keystore)) {
    await runJava("keytool", [
      "-genkeypair",
      ...store,
      ...["-keyalg", "RSA", "-keysize", "2048", "-validity", TEN_YEARS_DAYS, "-dname", "CN=localhost"],
      ...["-ext", "SAN=dns:localhost,ip:127.0.0.1", "-ext", "BC=ca:true"],
    ]);
    await chmod(keystore, 0o600);
  }
  const pemFile = join(dir, "ca.pem");
  if (!existsSync(pemFile)) await runJava("keytool", ["-exportcert", "-rfc", ...store, "-file", pemFile]);
  return { keystore, caPem: (await readFile(pemFile, "utf8")).replaceAll("\r\n", "\n") };
}
