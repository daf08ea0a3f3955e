import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes records as they are told on standard input, a line each: topic, partition, timestamp or "-", codec, key, value,
 * then a header each as name=value; bytes as hex, null as "-". The arg is the brokers. Records of one codec are written
 * in the order of their lines; every line of a codec follows those of the codecs before it.
 */
public final class RecordWriter {
  private static final HexFormat HEX = HexFormat.of();

  public static void main(String[] args) throws Exception {
    Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
    KafkaProducer<byte[], byte[]> last = null;
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] cells = line.split("\t", -1);
      var producer = producers.computeIfAbsent(cells[3], codec -> open(args[0], codec));
      // The order of the lines is the order of the log.
      if (last != null && last != producer) last.flush();
      last = producer;
      List<Header> headers = new ArrayList<>();
      for (int i = 6; i < cells.length; i += 1) {
        String[] sides = cells[i].split("=", -1);
        headers.add(new RecordHeader(new String(HEX.parseHex(sides[0]), StandardCharsets.UTF_8), bytes(sides[1])));
      }
      Long timestamp = cells[2].equals("-") ? null : Long.valueOf(cells[2]);
      var record =
          new ProducerRecord<>(cells[0], Integer.valueOf(cells[1]), timestamp, bytes(cells[4]), bytes(cells[5]), headers);
      producer.send(record, (metadata, error) -> {
        if (error == null) return;
        System.err.println(error);
        System.exit(1);
      });
    }
    for (var producer : producers.values()) producer.close();
  }

  private static KafkaProducer<byte[], byte[]> open(String brokers, String codec) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    properties.put("compression.type", codec);
    properties.put("max.request.size", "16777216");
    properties.put("linger.ms", "5");
    var bytes = new ByteArraySerializer();
    return new KafkaProducer<>(properties, bytes, bytes);
  }

  private static byte[] bytes(String hex) {
    return hex.equals("-") ? null : HEX.parseHex(hex);
  }
}
