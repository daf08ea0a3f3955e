import { join } from "node:path";
import type { FrameworkRun } from "./framework-run.ts";

const WRAPPER = "org.springframework.kafka.listener.ListenerExecutionFailedException";
const spring = (brokers: string, profile: string): string[] => [
  `--spring.kafka.bootstrap-servers=${brokers}`,
  `--spring.profiles.active=${profile}`,
  "--spring.kafka.consumer.auto-offset-reset=earliest",
  "--spring.main.banner-mode=off",
];
const SPRING_JARS = ["spring-boot", "spring-kafka", "kafka-clients"];

const springRetryable: FrameworkRun = {
  name: "spring-retryable",
  dialect: "spring-retryable",
  project: "spring",
  mainClass: "com.acme.billing.BillingApplication",
  args: (brokers) => spring(brokers, "retryable"),
  artifacts: SPRING_JARS,
  topics: [
    "spring.retryable",
    "spring.retryable-retry-500",
    "spring.retryable-retry-1000",
    "spring.retryable-dlt",
  ],
  sent: [{ topic: "spring.retryable", partition: 1, key: "invoice-1", value: Buffer.from("17 EUR") }],
  expected: [
    {
      topic: "spring.retryable-dlt",
      key: "invoice-1",
      envelope: {
        from: { topic: null, partition: null, offset: null, at: null },
        ...{
          group: "billing-retryable",
          attempts: 3,
          exception: WRAPPER,
          cause: "java.net.ConnectException",
        },
        ...{ message: "Invoice 6 cannot be stored; Connection refused", hops: 1, pointer: false },
      },
      frame: "com.acme.billing.Invoices.connect",
      groupOnBroker: "billing-retryable",
    },
  ],
};

const springBlocking: FrameworkRun = {
  name: "spring-blocking",
  dialect: "spring-blocking",
  project: "spring",
  mainClass: "com.acme.billing.BillingApplication",
  args: (brokers) => spring(brokers, "blocking"),
  artifacts: SPRING_JARS,
  topics: ["spring.blocking", "spring.blocking-dlt", "spring.blocking-dlt-dlt"],
  sent: [{ topic: "spring.blocking", partition: 2, key: "invoice-2", value: Buffer.from("4 EUR") }],
  expected: [
    {
      topic: "spring.blocking-dlt",
      key: "invoice-2",
      envelope: {
        ...{
          group: "billing-blocking",
          attempts: null,
          exception: WRAPPER,
          cause: "java.net.ConnectException",
        },
        ...{ message: "Invoice 5 cannot be stored; Connection refused", hops: 1 },
      },
      frame: "com.acme.billing.Invoices.connect",
      groupOnBroker: "billing-blocking",
    },
    {
      topic: "spring.blocking-dlt-dlt",
      key: "invoice-2",
      envelope: {
        ...{ group: "billing-second-look", attempts: null, exception: WRAPPER },
        ...{ cause: "java.lang.IllegalStateException", message: "Still no invoice 5", hops: 2 },
      },
      fromLetterOf: "spring.blocking-dlt",
      frame: "com.acme.billing.BlockingListener.lookAgain",
      groupOnBroker: "billing-second-look",
    },
  ],
};

const springDeserialiser: FrameworkRun = {
  name: "spring-deserialiser",
  dialect: "spring-blocking",
  project: "spring",
  mainClass: "com.acme.billing.BillingApplication",
  args: (brokers) => [
    ...spring(brokers, "strict"),
    "--spring.kafka.consumer.value-deserializer=org.springframework.kafka.support.serializer.ErrorHandlingDeserializer",
    "--spring.kafka.consumer.properties[spring.deserializer.value.delegate.class]=org.springframework.kafka.support.serializer.JsonDeserializer",
    "--spring.kafka.consumer.properties[spring.json.value.default.type]=com.acme.billing.StrictListener.Invoice",
    "--spring.kafka.producer.value-serializer=org.apache.kafka.common.serialization.ByteArraySerializer",
  ],
  artifacts: SPRING_JARS,
  topics: ["spring.strict", "spring.strict-dlt"],
  sent: [{ topic: "spring.strict", partition: 1, key: "invoice-3", value: Buffer.from("garbage") }],
  expected: [
    {
      topic: "spring.strict-dlt",
      key: "invoice-3",
      envelope: {
        ...{ group: "billing-strict", attempts: null, hops: 1 },
        cause: "com.fasterxml.jackson.core.JsonParseException",
      },
      frame: null,
      groupOnBroker: "billing-strict",
    },
  ],
};

const springCloudStream: FrameworkRun = {
  name: "spring-cloud-stream",
  dialect: "spring-cloud-stream",
  project: "cloud-stream",
  mainClass: "com.acme.billing.CloudApplication",
  args: (brokers) => [
    `--spring.cloud.stream.kafka.binder.brokers=${brokers}`,
    "--spring.cloud.function.definition=charge",
    "--spring.cloud.stream.bindings.charge-in-0.destination=cloud.in",
    "--spring.cloud.stream.bindings.charge-in-0.group=billing-cloud",
    "--spring.cloud.stream.bindings.charge-in-0.consumer.back-off-initial-interval=100",
    "--spring.cloud.stream.kafka.bindings.charge-in-0.consumer.enable-dlq=true",
    "--spring.main.banner-mode=off",
  ],
  artifacts: ["spring-cloud-stream-binder-kafka", ...SPRING_JARS],
  topics: ["cloud.in", "error.cloud.in.billing-cloud"],
  sent: [{ topic: "cloud.in", partition: 2, key: "invoice-4", value: Buffer.from("6 EUR") }],
  expected: [
    {
      topic: "error.cloud.in.billing-cloud",
      key: "invoice-4",
      envelope: {
        ...{ group: "billing-cloud", attempts: null, hops: 1, cause: "java.net.ConnectException" },
        exception: "org.springframework.messaging.MessageHandlingException",
      },
      frame: "com.acme.billing.CloudApplication.connect",
      groupOnBroker: "billing-cloud",
    },
  ],
};

const amount = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const kafkaStreams: FrameworkRun = {
  name: "kafka-streams",
  dialect: "kafka-streams",
  project: "streams",
  mainClass: "com.acme.billing.BillingStreams",
  args: (brokers, dir) => [brokers, join(dir, "state")],
  artifacts: ["kafka-streams", "kafka-clients"],
  topics: ["streams.in", "streams.dlq"],
  sent: [
    { topic: "streams.in", partition: 0, key: "processor", value: amount(-5) },
    { topic: "streams.in", partition: 2, key: "deserialiser", value: Buffer.from("no amount") },
  ],
  expected: [
    {
      topic: "streams.dlq",
      key: "processor",
      envelope: {
        ...{ group: null, attempts: null, exception: "java.lang.IllegalArgumentException" },
        ...{ cause: "java.lang.IllegalArgumentException", message: "negative amount -5", hops: 1 },
      },
      frame: "com.acme.billing.BillingStreams.check",
      groupOnBroker: "billing-streams",
    },
    {
      topic: "streams.dlq",
      key: "deserialiser",
      envelope: {
        ...{ group: null, attempts: null, hops: 1 },
        cause: "org.apache.kafka.common.errors.SerializationException",
      },
      frame: null,
      groupOnBroker: "billing-streams",
    },
  ],
};

const kafkaConnect: FrameworkRun = {
  name: "kafka-connect",
  dialect: "kafka-connect",
  project: "connect",
  mainClass: "org.apache.kafka.connect.cli.ConnectStandalone",
  files: (brokers, dir) => ({
    "worker.properties": `bootstrap.servers=${brokers}
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
value.converter.schemas.enable=false
offset.storage.file.filename=${join(dir, "offsets")}
listeners=http://127.0.0.1:0
`,
    "files.properties": `name=files
connector.class=org.apache.kafka.connect.file.FileStreamSinkConnector
topics=connect.in
file=${join(dir, "sink")}
errors.tolerance=all
errors.deadletterqueue.topic.name=connect.dlq
errors.deadletterqueue.topic.replication.factor=1
errors.deadletterqueue.context.headers.enable=true
`,
  }),
  args: (_brokers, dir) => [join(dir, "worker.properties"), join(dir, "files.properties")],
  artifacts: ["connect-runtime", "connect-json", "connect-file", "kafka-clients"],
  topics: ["connect.in", "connect.dlq"],
  sent: [
    {
      ...{ topic: "connect.in", partition: 1, key: "line-1", value: Buffer.from("garbage") },
      headers: { "event-id": "019a0000-0000-7000-8000-000000000001", "event-type": "line.added" },
    },
  ],
  expected: [
    {
      topic: "connect.dlq",
      key: "line-1",
      envelope: {
        ...{ group: "connect-files", attempts: null, hops: 1, eventType: "line.added" },
        exception: "org.apache.kafka.connect.errors.DataException",
        cause: "com.fasterxml.jackson.core.JsonParseException",
      },
      frame: null,
      groupOnBroker: "connect-files",
    },
  ],
};

/** FRAMEWORK_RUNS: what is captured, one fixture each. */
export const FRAMEWORK_RUNS: readonly FrameworkRun[] = [
  ...[springRetryable, springBlocking, springDeserialiser, springCloudStream, kafkaStreams, kafkaConnect],
];
