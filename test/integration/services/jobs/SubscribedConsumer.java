import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer that subscribes to topics that need not be there: by a pattern that the broker matches, or by name. */
class SubscribedConsumer {
  public static void main(String[] args) throws Exception {
    String protocol = args[2];
    Map<String, Object> settings =
        Map.of("bootstrap.servers", args[0], "group.id", args[1], "group.protocol", protocol);
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      if (protocol.equals("consumer")) consumer.subscribe(new SubscriptionPattern(args[3]));
      else consumer.subscribe(List.of(args[3]));
      while (true) consumer.poll(Duration.ofMillis(200));
    }
  }
}
