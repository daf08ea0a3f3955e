import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints the first records of a topic as lines of JSON with base64 bytes, headers in their order; waits for them.
 * Arguments: brokers, topic, partitions, records, seconds. Run from source on Kafka's jars.
 */
public class ReadTopic {
  public static void main(String[] args) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", args[0]);
    int partitions = Integer.parseInt(args[2]);
    int wanted = Integer.parseInt(args[3]);
    long deadline = System.currentTimeMillis() + 1_000L * Integer.parseInt(args[4]);
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(partition -> new TopicPartition(args[1], partition)).toList();
    int read = 0;
    try (var consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      while (read < wanted && System.currentTimeMillis() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          System.out.println(json(record));
          read++;
        }
      }
    }
    if (read < wanted) {
      System.err.println("Only " + read + " of " + wanted + " records came to " + args[1]);
      System.exit(1);
    }
  }

  private static String json(ConsumerRecord<byte[], byte[]> record) {
    StringBuilder headers = new StringBuilder();
    for (Header header : record.headers()) {
      if (!headers.isEmpty()) headers.append(',');
      headers.append("{\"name\":\"").append(header.key()).append("\",\"value\":").append(base64(header.value()));
      headers.append('}');
    }
    return "{\"topic\":\"%s\",\"partition\":%d,\"offset\":\"%d\",\"at\":%d,\"key\":%s,\"value\":%s,\"headers\":[%s]}"
        .formatted(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            base64(record.key()),
            base64(record.value()),
            headers);
  }

  private static String base64(byte[] bytes) {
    return bytes == null ? "null" : '"' + Base64.getEncoder().encodeToString(bytes) + '"';
  }
}
