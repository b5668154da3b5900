package io.pulsewatch.cli;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.JsonEscapeUtil;
import io.pulsewatch.server.StateChange;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * One line of JSON for each line of the log. What a change of state has to say stands beside its
 * message, not in a list within it. Made by logback; as thread-safe as its encoders are.
 */
public final class JsonLines extends JsonEncoder {
  /** For logback. */
  public JsonLines() {
    setWithSequenceNumber(false);
    setWithNanoseconds(false);
    setWithContext(false);
    setWithMDC(false);
    setWithMarkers(false);
    setWithArguments(false);
    setWithKVPList(false);
    setWithMessage(false);
    setWithFormattedMessage(true);
  }

  /** Logs a change with its parts. */
  static void log(StateChange change) {
    Logger logger = LoggerFactory.getLogger("io.pulsewatch");
    logger
        .atInfo()
        .addKeyValue("service", change.service())
        .addKeyValue("instance", change.instanceId())
        .addKeyValue("from", change.from())
        .addKeyValue("to", change.to())
        .addKeyValue("cause", change.cause())
        .addKeyValue("silenceSeconds", change.silence().toNanos() / 1e9)
        .addKeyValue("revision", change.revision())
        .addKeyValue("incarnation", change.incarnation())
        .log(change.toString());
  }

  @Override
  protected void appendCustomFields(StringBuilder line, ILoggingEvent event) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs == null) {
      return;
    }
    for (KeyValuePair pair : pairs) {
      line.append(',').append(quoted(pair.key)).append(':').append(json(pair.value));
    }
  }

  private static String json(Object value) {
    return value instanceof Number ? value.toString() : quoted(String.valueOf(value));
  }

  private static String quoted(String text) {
    return '"' + JsonEscapeUtil.jsonEscapeString(text) + '"';
  }
}
