package io.pulsewatch.server.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/**
 * How a part of the history is found: along one way, in the order of revisions, so that nothing is
 * sorted and a page holds no more than itself.
 *
 * <p>The way is named and not left to SQLite, which knows no numbers of rows here: it would sort
 * all changes of a service for each page, or look at every change for one instance.
 *
 * <p>Immutable.
 */
final class HistoryQuery {
  private final String way;
  private final List<String> wayValues;
  private final String filter;
  private final List<String> filterValues;

  private HistoryQuery(
      String way, List<String> wayValues, String filter, List<String> filterValues) {
    this.way = " FROM changes " + way + "revision > ? AND revision <= ?";
    this.wayValues = wayValues;
    this.filter = filter;
    this.filterValues = filterValues;
  }

  /** Finds whose changes these are by the instance, else by the one service, else one by one. */
  static HistoryQuery of(SqliteHistory.Subject subject) {
    List<String> services = subject.services();
    boolean exact = services.stream().noneMatch(HistoryQuery::isGlob);
    String id = subject.instanceId();
    if (id == null && exact && services.size() == 1) {
      return new HistoryQuery(
          "INDEXED BY changes_by_service WHERE service = ? AND ", services, "", List.of());
    }
    String filter = "";
    if (!services.isEmpty()) {
      String one = exact ? "service = ?" : "service GLOB ?";
      filter = " AND (" + String.join(" OR ", Collections.nCopies(services.size(), one)) + ")";
    }
    return id == null
        ? new HistoryQuery("NOT INDEXED WHERE ", List.of(), filter, services)
        : new HistoryQuery(
            "INDEXED BY changes_by_instance WHERE instance_id = ? AND ",
            List.of(id),
            filter,
            services);
  }

  /** True where everything on the way is wanted. */
  boolean isExact() {
    return filter.isEmpty();
  }

  /** Finds the changes; its last parameter is how many. */
  String changes() {
    return "SELECT " + SqliteHistory.COLUMNS + way + filter + " ORDER BY revision LIMIT ?";
  }

  /** Finds a place on the way; its last parameter is how many are passed. */
  String lookedAt() {
    return "SELECT revision" + way + " ORDER BY revision LIMIT 1 OFFSET ?";
  }

  /** Binds all but the last parameter of {@link #changes}, and returns the number of that. */
  int bind(PreparedStatement statement, long after, long upTo) throws SQLException {
    int place = bindWay(statement, after, upTo);
    for (String value : filterValues) {
      statement.setString(place++, value);
    }
    return place;
  }

  /** Binds all but the last parameter of {@link #lookedAt}, and returns the number of that. */
  int bindWay(PreparedStatement statement, long after, long upTo) throws SQLException {
    int place = 1;
    for (String value : wayValues) {
      statement.setString(place++, value);
    }
    statement.setLong(place++, after);
    statement.setLong(place++, upTo);
    return place;
  }

  private static boolean isGlob(String service) {
    return service.indexOf('*') >= 0 || service.indexOf('?') >= 0;
  }
}
