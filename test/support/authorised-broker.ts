import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
  type Admin,
} from "kafkajs";
import type { KafkaClusterOptions } from "#lib/adapters/kafka/kafka-cluster.ts";
import { startKafka, type KafkaHandle, type KafkaOptions } from "#stack/kafka.ts";

/** A right on a resource; `name` ends with `*` where it stands for all names that begin so. */
export interface Right {
  readonly on: "topic" | "group" | "cluster" | "transactional-id";
  readonly name: string;
  readonly may: keyof typeof AclOperationTypes;
}

/**
 * AuthorisedBroker is a broker of its own with Kafka's authoriser. Who comes to the plain listener is its superuser; who
 * signs in at the TLS listener may do what was granted, and nothing at first.
 */
export interface AuthorisedBroker {
  readonly kafka: KafkaHandle;
  /** Where the superuser comes in. */
  readonly brokers: string;
  /** How the one who has no rights but those granted reaches it. */
  readonly access: Pick<KafkaClusterOptions, "bootstrap" | "tls" | "sasl">;
  grant(...rights: readonly Right[]): Promise<void>;
  revoke(...rights: readonly Right[]): Promise<void>;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "..", "..");
const RESOURCES = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  cluster: AclResourceTypes.CLUSTER,
  "transactional-id": AclResourceTypes.TRANSACTIONAL_ID,
};

/**
 * startAuthorisedBroker starts one, empty, in a folder of its own that `stop` takes away; `proxied` is as that of
 * startKafka.
 */
export async function startAuthorisedBroker(
  options: Pick<KafkaOptions, "proxied"> = {},
): Promise<AuthorisedBroker> {
  const dir = await mkdtemp(join(ROOT, ".sluice", "rights-"));
  const kafka = await startKafka({
    ...{ dir: join(dir, "kafka"), cacheDir: join(ROOT, ".cache"), heapMb: 256, saslSsl: true },
    ...options,
    properties: {
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "super.users": "User:ANONYMOUS",
    },
  });
  const { saslSsl } = kafka;
  if (saslSsl === undefined) throw new Error("the broker was started without its TLS listener");
  const { username, password, caPem } = saslSsl;
  const client = new Kafka({ clientId: "rights", brokers: [kafka.brokers], logLevel: logLevel.NOTHING });
  const entryOf = ({ on, name, may }: Right) => ({
    resourceType: RESOURCES[on],
    resourceName: name.endsWith("*") && name !== "*" ? name.slice(0, -1) : name,
    resourcePatternType:
      name.endsWith("*") && name !== "*" ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
    ...{ principal: `User:${username}`, host: "*" },
    ...{ operation: AclOperationTypes[may], permissionType: AclPermissionTypes.ALLOW },
  });
  return {
    ...{ kafka, brokers: kafka.brokers },
    access: {
      bootstrap: saslSsl.brokers.split(","),
      tls: { ca: caPem, rejectUnauthorized: true },
      sasl: { mechanism: "scram-sha-256", username, password },
    },
    async grant(...rights) {
      await withAdminOf(client, (admin) => admin.createAcls({ acl: rights.map(entryOf) }));
    },
    async revoke(...rights) {
      await withAdminOf(client, (admin) => admin.deleteAcls({ filters: rights.map(entryOf) }));
    },
    async stop() {
      await kafka.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function withAdminOf<T>(client: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
