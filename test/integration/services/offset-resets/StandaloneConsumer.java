import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer that assigns itself partition 0 and commits its position twice a second, as Flink or a script does. */
class StandaloneConsumer {
  public static void main(String[] args) throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", args[0],
            "group.id", args[1],
            "enable.auto.commit", "false",
            "auto.offset.reset", "earliest");
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(args[2], 0)));
      while (true) {
        consumer.poll(Duration.ofMillis(500));
        consumer.commitSync();
      }
    }
  }
}
