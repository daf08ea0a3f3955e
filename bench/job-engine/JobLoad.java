import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes what bench/job-engine copies: args are brokers, topic, records, partitions, what. `letters` are dead letters of
 * the kit of 0.9 kB whose origins lie in order; `small` are records of 100 bytes.
 */
public final class JobLoad {
  private static final SplittableRandom RANDOM = new SplittableRandom(42);
  private static final String FILLER = "order invoice customer street warehouse payment shipment parcel ".repeat(8);

  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", args[0]);
    properties.put("linger.ms", "20");
    properties.put("batch.size", "65536");
    properties.put("buffer.memory", "67108864");
    long records = Long.parseLong(args[2]);
    int partitions = Integer.parseInt(args[3]);
    boolean letters = args[4].equals("letters");
    String source = args[1].replaceAll("\\.dlt$", "");
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<byte[], byte[]>(properties, bytes, bytes)) {
      for (long n = 0; n < records; n++) {
        int partition = (int) (n % partitions);
        producer.send(letters ? letter(args[1], source, n, partition, n / partitions) : small(args[1], n, partition));
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> small(String topic, long n, int partition) {
    String value = String.format("{\"n\":%010d,\"id\":\"%016x\",\"state\":\"accepted\"}", n, RANDOM.nextLong());
    return new ProducerRecord<>(topic, partition, utf8("key-" + n % 1_000_000), utf8(value));
  }

  private static ProducerRecord<byte[], byte[]> letter(String topic, String source, long n, int partition, long offset) {
    String id = String.format("01970000-0000-7000-8000-%012d", n);
    int skip = RANDOM.nextInt(120);
    String value = "{\"order\":" + n + ",\"text\":\"" + FILLER.substring(skip, skip + 330) + "\"}";
    List<Header> headers = new ArrayList<>();
    add(headers, "event-id", id);
    add(headers, "event-type", source);
    add(headers, "correlation-id", id);
    add(headers, "dlt-topic", source);
    add(headers, "dlt-partition", Integer.toString(partition));
    add(headers, "dlt-offset", Long.toString(offset));
    add(headers, "dlt-timestamp", Long.toString(1_780_000_000_000L + n));
    add(headers, "dlt-from", source + ":" + partition + ":" + offset);
    add(headers, "dlt-group", "billing");
    add(headers, "dlt-attempts", "3");
    add(headers, "dlt-exception", "HandlerError");
    add(headers, "dlt-cause", "StockMissingError");
    add(headers, "dlt-message", "An order has at least one line");
    add(headers, "dlt-failed-at", "2026-06-01T10:00:00.000Z");
    return new ProducerRecord<>(topic, partition, null, utf8("order-" + n), utf8(value), headers);
  }

  private static void add(List<Header> headers, String name, String value) {
    headers.add(new RecordHeader(name, utf8(value)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
