package io.pulsewatch.cli;

import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One instance, one fact a line; facts that say nothing are left out. Immutable. */
final class InstanceCard {
  private final Surroundings surroundings;

  InstanceCard(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  void print(Instance instance) {
    card(instance).print();
  }

  /**
   * Prints the last change and its reasons below.
   *
   * @param changes oldest first; may be empty
   */
  void print(Instance instance, List<Change> changes) {
    Card card = card(instance);
    if (!changes.isEmpty()) {
      Change last = changes.get(changes.size() - 1);
      card.line(
          "last change",
          Words.time(Spans.of(last.getAt()), surroundings.clock())
              + ", "
              + ChangeWords.step(last)
              + ", "
              + Words.of(last.getCause()));
      String name = "because";
      for (String sentence : Blame.of(last)) {
        card.line(name, sentence);
        name = "";
      }
    }
    card.print();
  }

  private Card card(Instance instance) {
    Clock clock = surroundings.clock();
    Card card = new Card(surroundings);
    card.line("instance", Words.name(instance), Paint.BOLD);
    card.line("state", Words.of(instance.getState()), Paint.of(instance.getState()));
    card.line("status", Words.of(instance.getStatus()));
    card.line("serving", Words.yesNo(instance.getServing()));
    card.line("override", Words.overrideOf(instance, clock));
    if (instance.hasSince()) {
      card.line("since", when(instance.getSince(), clock));
    }
    if (instance.hasLastHeartbeatAt()) {
      card.line(
          "last heartbeat",
          "#" + instance.getLastSequence() + ", " + when(instance.getLastHeartbeatAt(), clock));
    }
    card.line(
        "interval, timeout",
        Spans.exact(Spans.of(instance.getInterval()))
            + ", "
            + Spans.exact(Spans.of(instance.getTimeout())));
    if (instance.getSuspicion() > 0) {
      card.line(
          "suspicion", String.format(Locale.ROOT, "%.2f (1: suspect)", instance.getSuspicion()));
    }
    card.line("flaps", instance.getFlaps() == 0 ? "" : instance.getFlaps() + " in 10 minutes");
    card.line("roles", roles(instance));
    card.line("labels", Words.of(instance.getLabelsMap()));
    card.line("endpoints", endpoints(instance));
    card.line("zone", instance.getZone());
    card.line("weight", instance.getWeight() == 0 ? "" : Integer.toString(instance.getWeight()));
    card.line("version", instance.getVersion());
    card.line("node", instance.getNode());
    card.line("incarnation", Long.toUnsignedString(instance.getIncarnation()));
    card.line("revision", Long.toUnsignedString(instance.getRevision()));
    return card;
  }

  private static String roles(Instance instance) {
    return instance.getRolesList().stream()
        .map(each -> each.getName() + " (token " + Long.toUnsignedString(each.getToken()) + ")")
        .collect(Collectors.joining(", "));
  }

  private static String endpoints(Instance instance) {
    return instance.getEndpointsList().stream()
        .map((Endpoint each) -> Words.of(each))
        .collect(Collectors.joining(", "));
  }

  private static String when(com.google.protobuf.Timestamp at, Clock clock) {
    Duration age = Duration.between(Spans.of(at), clock.instant());
    return Words.day(Spans.of(at), clock) + " (" + Spans.age(age) + " ago)";
  }
}
