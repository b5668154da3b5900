package io.pulsewatch.server.watch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some services of the view, by name. Immutable.
 *
 * @param next name after which to go on; null: these are the last. A page that looked at many names
 *     that did not match may be short, even empty, and have a next one
 */
public record ServicePage(List<ServiceSummary> services, @Nullable String next) {

  /**
   * Reads a page; any thread.
   *
   * @param after the empty name: from the beginning
   */
  public static ServicePage read(CommittedView view, ServiceNames names, String after, int most) {
    return names.isExact() ? readExact(view, names, after, most) : scan(view, names, after, most);
  }

  private static ServicePage readExact(
      CommittedView view, ServiceNames names, String after, int most) {
    List<ServiceSummary> found = new ArrayList<>();
    for (String name : names.names()) {
      ServiceSummary service = name.compareTo(after) > 0 ? view.service(name) : null;
      if (service != null) {
        if (found.size() == most) {
          return new ServicePage(found, found.get(most - 1).service());
        }
        found.add(service);
      }
    }
    return new ServicePage(found, null);
  }

  private static ServicePage scan(CommittedView view, ServiceNames names, String after, int most) {
    PageSize size = new PageSize(most);
    List<ServiceSummary> found = new ArrayList<>();
    String last = after;
    for (ServiceSummary service : view.servicesFrom(after)) {
      String name = service.service();
      if (name.equals(after)) {
        continue;
      }
      if (!size.mayLook()) {
        return new ServicePage(found, last);
      }
      if (names.matches(name)) {
        if (!size.hasRoomFor(0)) {
          return new ServicePage(found, last);
        }
        found.add(service);
      }
      last = name;
    }
    return new ServicePage(found, null);
  }
}
