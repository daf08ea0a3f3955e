import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes records of every odd shape, or reads a topic by Kafka's own consumer. Each record is a line: topic, partition,
 * offset, `committed` or `aborted`, and the sha256 of its canonical form (see {@link #digest}).
 *
 * <p>`write BROKERS PREFIX COUNT` makes the topics PREFIX.odd, PREFIX.stamped (LogAppendTime) and PREFIX.compacted;
 * `read BROKERS TOPIC` reads committed records.
 */
public final class OddRecords {
  private static final int PARTITIONS = 4;
  private static final SplittableRandom RANDOM = new SplittableRandom(7);
  private static final List<String> NAMES =
      List.of("a", "a", "b", "constructor", "__proto__", "toString", "", "grüße", "\uD83D\uDE00", "traceparent");
  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
  private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.US_ASCII);

  /** A record that was sent, and what became of it. */
  private record Sent(ProducerRecord<byte[], byte[]> record, Future<RecordMetadata> answer, boolean committed) {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("read")) read(args[1], args[2]);
    else write(args[1], args[2], Integer.parseInt(args[3]));
    OUT.flush();
  }

  private static void write(String brokers, String prefix, int count) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      // Old and future timestamps stay, and nothing is deleted for them.
      var any = Map.of("retention.ms", "-1", "max.message.bytes", "8000000",
          "message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE));
      var stamped = Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", "8000000");
      var compacted = Map.of("cleanup.policy", "compact", "segment.ms", "100", "min.cleanable.dirty.ratio", "0.01",
          "max.compaction.lag.ms", "100", "delete.retention.ms", "100");
      admin.createTopics(List.of(
          new NewTopic(prefix + ".odd", PARTITIONS, (short) 1).configs(any),
          new NewTopic(prefix + ".stamped", 1, (short) 1).configs(stamped),
          new NewTopic(prefix + ".compacted", 1, (short) 1).configs(compacted))).all().get();
    }
    for (String codec : CODECS) {
      plain(brokers, codec, prefix + ".odd", count / 10);
      transactions(brokers, codec, prefix + ".odd", count / 20);
      plain(brokers, codec, prefix + ".stamped", count / 25);
    }
    compacted(brokers, prefix + ".compacted");
  }

  private static KafkaProducer<byte[], byte[]> producer(String brokers, String codec, String transactionalId) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    properties.put("compression.type", codec);
    properties.put("max.request.size", "8000000");
    properties.put("buffer.memory", "134217728");
    // Batches of many sizes, up to ones that a small fetch does not hold.
    properties.put("batch.size", codec.equals("none") ? "4096" : "200000");
    if (transactionalId != null) properties.put("transactional.id", transactionalId);
    var bytes = new ByteArraySerializer();
    return new KafkaProducer<>(properties, bytes, bytes);
  }

  private static void plain(String brokers, String codec, String topic, int count) throws Exception {
    try (var producer = producer(brokers, codec, null)) {
      List<Sent> sent = new ArrayList<>();
      int partitions = producer.partitionsFor(topic).size();
      for (int n = 0; n < count; n++) {
        var record = oddRecord(topic, n % partitions, n);
        sent.add(new Sent(record, producer.send(record), true));
      }
      producer.flush();
      print(sent);
    }
  }

  /** Two producers whose transactions lie across each other; of one, every other transaction is aborted. */
  private static void transactions(String brokers, String codec, String topic, int count) throws Exception {
    String id = topic + "-" + codec;
    try (var first = producer(brokers, codec, id + "-1"); var second = producer(brokers, codec, id + "-2")) {
      first.initTransactions();
      second.initTransactions();
      List<Sent> sent = new ArrayList<>();
      int[] sizes = {1, count / 4, 3, count / 2, 2, count / 4};
      for (int round = 0; round < sizes.length; round++) {
        boolean commit = round % 2 == 0;
        first.beginTransaction();
        second.beginTransaction();
        for (int n = 0; n < sizes[round]; n++) {
          var aborting = oddRecord(topic, n % PARTITIONS, n);
          sent.add(new Sent(aborting, first.send(aborting), commit));
          if (n % 3 != 0) continue;
          var committing = oddRecord(topic, n % PARTITIONS, n);
          sent.add(new Sent(committing, second.send(committing), true));
          if (n % 30 == 0) second.flush();
        }
        first.flush();
        second.commitTransaction();
        if (commit) first.commitTransaction();
        else first.abortTransaction();
      }
      print(sent);
    }
  }

  /** Few keys and many values, tombstones among them: what compaction leaves is read back by {@link #read}. */
  private static void compacted(String brokers, String topic) throws Exception {
    try (var producer = producer(brokers, "lz4", null)) {
      for (int n = 0; n < 5_000; n++) {
        byte[] key = bytesOf("k" + RANDOM.nextInt(50));
        producer.send(new ProducerRecord<>(topic, 0, key, n % 7 == 0 ? null : random(100)));
        if (n % 500 == 499) {
          producer.flush();
          // Rolls the segment: the active one is never compacted.
          Thread.sleep(120);
        }
      }
    }
  }

  private static void read(String brokers, String topic) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    properties.put("isolation.level", "read_committed");
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<byte[], byte[]>(properties, bytes, bytes)) {
      var partitions = consumer.partitionsFor(topic).stream()
          .map(each -> new TopicPartition(topic, each.partition())).collect(Collectors.toList());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (var each : consumer.poll(Duration.ofMillis(200)))
          print(topic, each.partition(), each.offset(), true,
              digest(each.timestamp(), each.key(), each.value(), each.headers()));
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> oddRecord(String topic, int partition, int n) {
    List<Header> headers = new ArrayList<>();
    for (int count = RANDOM.nextInt(6); count > 0; count--)
      headers.add(new RecordHeader(NAMES.get(RANDOM.nextInt(NAMES.size())), oddBytes()));
    // 1 MB of a header, now and then.
    if (n % 2_500 == 1_250) headers.add(new RecordHeader("large", random(1_000_000)));
    return new ProducerRecord<>(topic, partition, oddTime(), oddBytes(), oddBytes(), headers);
  }

  private static Long oddTime() {
    return switch (RANDOM.nextInt(6)) {
      case 0 -> 0L;
      case 1 -> 1L;
      // Nanoseconds, which many a producer sends by mistake.
      case 2 -> 1_700_000_000_000_000_000L + RANDOM.nextInt(1_000);
      default -> 1_700_000_000_000L + RANDOM.nextInt(1_000_000_000);
    };
  }

  private static byte[] oddBytes() {
    return switch (RANDOM.nextInt(7)) {
      case 0 -> null;
      case 1 -> new byte[0];
      // Not UTF-8.
      case 2 -> random(1 + RANDOM.nextInt(40));
      case 3 -> new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) 0xc3};
      case 4 -> bytesOf("{\"__proto__\":" + RANDOM.nextInt() + "}");
      default -> bytesOf("text ".repeat(1 + RANDOM.nextInt(60)));
    };
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytesOf(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void print(List<Sent> sent) throws Exception {
    for (Sent each : sent) {
      var at = each.answer.get();
      var record = each.record;
      print(at.topic(), at.partition(), at.offset(), each.committed,
          digest(at.timestamp(), record.key(), record.value(), record.headers()));
    }
  }

  private static void print(String topic, int partition, long offset, boolean committed, String digest) {
    OUT.println(topic + " " + partition + " " + offset + " " + (committed ? "committed" : "aborted") + " " + digest);
  }

  /** sha256 over: timestamp int64, key, value, header count int32, [name, value]; bytes behind an int32 length, null -1. */
  private static String digest(long timestamp, byte[] key, byte[] value, Iterable<Header> headers) throws Exception {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeLong(timestamp);
    put(out, key);
    put(out, value);
    List<Header> all = new ArrayList<>();
    headers.forEach(all::add);
    out.writeInt(all.size());
    for (Header header : all) {
      put(out, bytesOf(header.key()));
      put(out, header.value());
    }
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
  }

  private static void put(DataOutputStream out, byte[] bytes) throws Exception {
    out.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) out.write(bytes);
  }
}
