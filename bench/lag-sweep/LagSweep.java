import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Kafka's own admin client sweeping a cluster: groups, all commits, all end offsets; one sweep for each line of
 * standard input, one line of JSON for each sweep. The partitions are looked up once, before the first.
 */
public final class LagSweep {
  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", args[0]);
    properties.put("client.id", "bench-java");
    properties.put("request.timeout.ms", "60000");
    properties.put("default.api.timeout.ms", "120000");
    try (Admin admin = Admin.create(properties)) {
      var names = admin.listTopics().names().get();
      var partitions = admin.describeTopics(names).allTopicNames().get().values().stream()
          .flatMap(t -> t.partitions().stream().map(p -> new TopicPartition(t.name(), p.partition())))
          .collect(Collectors.toList());
      var in = new BufferedReader(new InputStreamReader(System.in));
      while (in.readLine() != null) sweep(admin, partitions);
    }
  }

  private static void sweep(Admin admin, Iterable<TopicPartition> partitions) throws Exception {
    var process = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = process.getProcessCpuTime();
    double sent = requests(admin);
    long started = System.nanoTime();
    var groups = admin.listGroups().all().get().stream().map(GroupListing::groupId).collect(Collectors.toList());
    Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
    for (String group : groups) asked.put(group, new ListConsumerGroupOffsetsSpec());
    int commits = 0;
    for (var each : admin.listConsumerGroupOffsets(asked).all().get().values()) commits += each.size();
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicPartition partition : partitions) latest.put(partition, OffsetSpec.latest());
    int ends = 0;
    for (TopicPartition partition : admin.listOffsets(latest).all().get().keySet())
      if (!partition.topic().startsWith("__")) ends++;
    double wall = (System.nanoTime() - started) / 1e6;
    System.out.println(String.format(Locale.ROOT,
        "{\"wallMs\":%.2f,\"cpuMs\":%.2f,\"rssMb\":%.1f,\"requests\":%.0f,\"groups\":%d,\"commits\":%d,\"ends\":%d}",
        wall, (process.getProcessCpuTime() - cpu) / 1e6, rss(), requests(admin) - sent, groups.size(), commits, ends));
  }

  private static double requests(Admin admin) {
    return admin.metrics().entrySet().stream()
        .filter(e -> e.getKey().name().equals("request-total") && e.getKey().group().equals("admin-client-metrics"))
        .mapToDouble(e -> ((Number) e.getValue().metricValue()).doubleValue()).sum();
  }

  private static double rss() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/status")))
      if (line.startsWith("VmRSS:")) return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
    return Double.NaN;
  }
}
