package io.pulsewatch.server;

import static io.pulsewatch.server.Sockets.PATIENCE_MILLIS;
import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One reader of events reads nothing while 30 MB pass; another sees them all. */
@Timeout(180)
final class WebSlowReaderIT {
  private static final int STREAMS = 10;
  private static final int ROUNDS = 300;
  private static final String REPORTED = "\"cause\":\"CAUSE_REPORTED\"";

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  @Test
  void aStalledReaderIsFoldedForAndDelaysNobody() throws Exception {
    PulsewatchServer server =
        grpc.add(PulsewatchServer.builder().listen("127.0.0.1", 0).web("127.0.0.1", 0).start());
    List<TestStream> streams = streams(server);
    try (Socket stalled = watch(server);
        Socket reading = watch(server)) {
      BufferedReader fast = lines(reading);
      read(fast, "event: snapshot_end");
      for (int round = 1; round <= ROUNDS; round++) {
        Status status = round % 2 == 0 ? Status.STATUS_SERVING : Status.STATUS_DEGRADED;
        for (TestStream stream : streams) {
          stream.send(heartbeat(round, status));
        }
        streams.forEach(TestStream::next);
        for (int seen = 0; seen < STREAMS; ) {
          seen += count(read(fast, "data: "));
        }
      }
      int told = 0;
      BufferedReader slow = lines(stalled);
      String last = read(slow, "data: ");
      while (!last.contains("\"folded\":")) {
        told += count(last);
        // What the sockets held, and one message more; the rest was never made for it.
        assertThat(told).isLessThan(STREAMS * ROUNDS / 2);
        last = read(slow, "data: ");
      }
      Measured.say(
          "a stalled reader of events was told %d of %d changes one by one; the rest was folded",
          told, STREAMS * ROUNDS);
    }
  }

  /** Each change of theirs has 10 KB. */
  private List<TestStream> streams(PulsewatchServer server) {
    List<TestStream> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      io.pulsewatch.v1.Register.Builder register = register("orders/" + i);
      for (int label = 0; label < 20; label++) {
        register.putLabels("label" + label, "x".repeat(250));
      }
      TestStream stream =
          TestStream.open(Sockets.channel(grpc, server.port()), PATIENCE_MILLIS).send(register);
      stream.registered();
      streams.add(stream);
    }
    return streams;
  }

  private static Socket watch(PulsewatchServer server) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.setSoTimeout((int) PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.webPort()));
    socket
        .getOutputStream()
        .write(
            "GET /v1/watch HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static BufferedReader lines(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static String read(BufferedReader lines, String prefix) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(prefix)) {
        return line;
      }
    }
    throw new AssertionError("ended before " + prefix);
  }

  private static int count(String line) {
    return line.split(REPORTED, -1).length - 1;
  }
}
