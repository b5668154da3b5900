package io.pulsewatch.cli.render;

import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a part of a template can name. Values are words, numbers or further scopes; null: it has no
 * such name. Immutable.
 */
sealed interface Scope {
  /** What can be named at the top. */
  List<String> TOP_NAMES = List.of("services");

  List<String> SERVICE_NAMES = List.of("service", "count", "instances");

  List<String> INSTANCE_NAMES =
      List.of("id", "name", "address", "host", "port", "weight", "weight256", "zone", "version");

  String LABELS = "labels";

  @Nullable Object find(String name);

  /** The whole file. */
  record Top(Services services) implements Scope {
    @Override
    public @Nullable Object find(String name) {
      if (name.equals("services")) {
        return services;
      }
      return name.startsWith("services.") ? services.find(name.substring(9)) : null;
    }
  }

  /**
   * All services in order, or one by its name: who is unknown has no instances.
   *
   * @param sample null; else whom any name stands for
   */
  record Services(Map<String, Service> byName, @Nullable Service sample)
      implements Scope, Iterable<Service> {
    @Override
    public Object find(String name) {
      Service known = sample == null ? byName.get(name) : sample;
      return known == null ? Service.of(name, List.of()) : known;
    }

    @Override
    public Iterator<Service> iterator() {
      return byName.values().iterator();
    }
  }

  /** One service and who gets its calls. */
  record Service(String service, List<Member> instances) implements Scope {
    static Service of(String service, List<Instance> instances) {
      int greatest = 1;
      for (Instance each : instances) {
        greatest = Math.max(greatest, each.getWeight());
      }
      List<Member> members = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (Instance each : instances) {
        members.add(new Member(each, unique(each.getInstanceId(), names), greatest));
      }
      return new Service(SafeText.word(service), List.copyOf(members));
    }

    /** Somebody may choose for his id what another one's became. */
    private static String unique(String id, Set<String> names) {
      String name = SafeText.name(id);
      String free = name;
      for (int n = 2; !names.add(free); n++) {
        free = name + "-" + n;
      }
      return free;
    }

    @Override
    public @Nullable Object find(String name) {
      return switch (name) {
        case "service" -> service;
        case "count" -> instances.size();
        case "instances" -> instances;
        default -> null;
      };
    }
  }

  /**
   * One instance that gets calls.
   *
   * @param name unique in its service
   * @param greatestWeight in its service
   */
  record Member(Instance instance, String name, int greatestWeight) implements Scope {
    @Override
    public @Nullable Object find(String wanted) {
      return switch (wanted) {
        case "id" -> SafeText.word(instance.getInstanceId());
        case "name" -> name;
        case "address" -> address();
        case "host" -> SafeText.word(endpoint().getHost());
        case "port" -> endpoint().getPort();
        case "weight" -> instance.getWeight();
        case "weight256" -> weight256();
        case "zone" -> SafeText.word(instance.getZone());
        case "version" -> SafeText.word(instance.getVersion());
        case LABELS -> new Labels(instance.getLabelsMap());
        default ->
            wanted.startsWith(LABELS + ".")
                ? new Labels(instance.getLabelsMap()).find(wanted.substring(LABELS.length() + 1))
                : null;
      };
    }

    private Endpoint endpoint() {
      return instance.getEndpoints(0);
    }

    private String address() {
      String host = SafeText.word(endpoint().getHost());
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + endpoint().getPort();
    }

    /** As it is where all of the service fit, else in proportion. */
    private int weight256() {
      return greatestWeight <= RenderLimits.MAX_WEIGHT_256
          ? instance.getWeight()
          : Math.max(
              1,
              (int) ((long) instance.getWeight() * RenderLimits.MAX_WEIGHT_256 / greatestWeight));
    }
  }

  /** Any label may be asked for; one that an instance does not have is empty. */
  record Labels(Map<String, String> labels) implements Scope {
    @Override
    public Object find(String name) {
      return SafeText.word(labels.getOrDefault(name, ""));
    }
  }
}
