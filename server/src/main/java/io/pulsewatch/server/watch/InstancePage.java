package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some entries of the view, by service and instance id. Immutable.
 *
 * @param next after which to go on; null: these are the last. A page that looked at many entries
 *     that did not match may be short, even empty, and have a next one
 */
public record InstancePage(List<Entry> entries, @Nullable InstanceKey next) {

  /**
   * Reads a page; any thread.
   *
   * @param after null: from the beginning
   * @param most entries on it; fewer where they are large
   */
  public static InstancePage read(
      CommittedView view, Filter filter, @Nullable InstanceKey after, int most) {
    return new Reading(view, filter, after, most).read();
  }

  private static final class Reading {
    private final CommittedView view;
    private final Filter filter;
    private final InstanceKey start;
    private final PageSize size;
    private final List<Entry> found = new ArrayList<>();
    private InstanceKey last;

    Reading(CommittedView view, Filter filter, @Nullable InstanceKey after, int most) {
      this.view = view;
      this.filter = filter;
      this.start = after == null ? new InstanceKey("", "") : after;
      this.size = new PageSize(most);
      this.last = start;
    }

    InstancePage read() {
      ServiceNames services = filter.services();
      if (services.isExact()) {
        for (String name : services.names()) {
          if (name.compareTo(start.service()) >= 0 && !readService(name)) {
            return new InstancePage(found, last);
          }
        }
        return new InstancePage(found, null);
      }
      for (ServiceSummary summary : view.servicesFrom(start.service())) {
        String name = summary.service();
        if (!size.mayLook() || (services.matches(name) && !readService(name))) {
          return new InstancePage(found, last);
        }
      }
      return new InstancePage(found, null);
    }

    /** Returns false if the page ends within this service. */
    private boolean readService(String name) {
      String afterId = name.equals(start.service()) ? start.instanceId() : "";
      for (Entry entry : view.entries(name, afterId)) {
        if (!size.mayLook()) {
          return false;
        }
        if (filter.matchesWithin(entry)) {
          if (!size.hasRoomFor(Weights.of(entry, null))) {
            return false;
          }
          found.add(entry);
        }
        last = entry.key();
      }
      return true;
    }
  }
}
