import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints every record of topics, a line each: partition, offset, timestamp, key, value, then a header each as
 * name=value, in the record's own order; bytes as hex, null as "-", empty as "". Then a line a partition: "#",
 * partition, start offset, end offset; then "=". Args are brokers, and for each topic its name and an isolation level.
 * Read committed ends at the last stable offset, read uncommitted at the high watermark.
 */
public final class TopicAudit {
  private static final HexFormat HEX = HexFormat.of();
  private static final Duration POLL = Duration.ofMillis(200);

  public static void main(String[] args) {
    try (var out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.UTF_8)) {
      for (int i = 1; i < args.length; i += 2) read(out, args[0], args[i], args[i + 1]);
    }
  }

  private static void read(PrintStream out, String brokers, String topic, String isolation) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    properties.put("isolation.level", isolation);
    properties.put("enable.auto.commit", "false");
    properties.put("allow.auto.create.topics", "false");
    properties.put("max.poll.records", "5000");
    properties.put("fetch.max.wait.ms", "100");
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream().map(each -> new TopicPartition(topic, each.partition())).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) print(out, record);
      }
      for (TopicPartition each : partitions) {
        out.println("#\t" + each.partition() + "\t" + starts.get(each) + "\t" + ends.get(each));
      }
      out.println("=");
    }
  }

  private static void print(PrintStream out, ConsumerRecord<byte[], byte[]> record) {
    out.print(record.partition() + "\t" + record.offset() + "\t" + record.timestamp());
    out.print("\t" + hex(record.key()) + "\t" + hex(record.value()));
    for (Header header : record.headers()) {
      out.print("\t" + HEX.formatHex(header.key().getBytes(StandardCharsets.UTF_8)) + "=" + hex(header.value()));
    }
    out.println();
  }

  private static String hex(byte[] value) {
    return value == null ? "-" : HEX.formatHex(value);
  }
}
