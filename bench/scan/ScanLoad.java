import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes what bench/scan reads: args are brokers, topic, records, partitions, one-in, compression, needle. Transactions
 * of 5,000 records; behind every fiftieth comes one more of 5,000 that is aborted. Java's own batch size and linger.
 */
public final class ScanLoad {
  private static final int TRANSACTION = 5_000;
  private static final String[] WORDS =
      ("order invoice customer street warehouse payment shipment parcel credit refund pending accepted declined "
          + "article quantity price discount currency express standard morning evening north south").split(" ");
  private static final SplittableRandom RANDOM = new SplittableRandom(42);

  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", args[0]);
    properties.put("transactional.id", "bench-scan-" + args[1]);
    properties.put("compression.type", args[5]);
    properties.put("buffer.memory", "134217728");
    long records = Long.parseLong(args[2]);
    int partitions = Integer.parseInt(args[3]);
    int oneIn = Integer.parseInt(args[4]);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<byte[], byte[]>(properties, bytes, bytes)) {
      producer.initTransactions();
      long transactions = 0;
      for (long from = 0; from < records; from += TRANSACTION) {
        producer.beginTransaction();
        for (long n = from; n < Math.min(records, from + TRANSACTION); n++)
          producer.send(record(args[1], n, (int) (n % partitions), n % oneIn == 0 ? args[6] : null));
        producer.commitTransaction();
        if (++transactions % 50 != 0) continue;
        producer.beginTransaction();
        for (long n = 0; n < TRANSACTION; n++) producer.send(record(args[1], n, (int) (n % partitions), args[6]));
        producer.flush();
        producer.abortTransaction();
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, long n, int partition, String needle) {
    StringBuilder value = new StringBuilder(900);
    value.append("{\"id\":").append(n).append(",\"customer\":\"c-").append(RANDOM.nextInt(1_000_000));
    value.append("\",\"note\":\"").append(needle == null ? "none" : needle).append("\",\"text\":\"");
    while (value.length() < 700) {
      value.append(WORDS[RANDOM.nextInt(WORDS.length)]).append(' ');
      if (RANDOM.nextInt(3) == 0) value.append(Long.toString(RANDOM.nextLong(), 36)).append(' ');
    }
    value.append("\"}");
    String id = String.format("%016x-%016x", RANDOM.nextLong(), RANDOM.nextLong());
    var headers = List.<org.apache.kafka.common.header.Header>of(
        new RecordHeader("event-id", utf8(id)),
        new RecordHeader("event-type", utf8("shop.order.placed")),
        new RecordHeader("correlation-id", utf8(id)),
        new RecordHeader("traceparent", utf8("00-" + id + "-01")));
    return new ProducerRecord<>(topic, partition, null, utf8("order-" + n), utf8(value.toString()), headers);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
