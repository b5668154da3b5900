package io.pulsewatch.cli;

import io.pulsewatch.cli.record.TraceRecorder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch record}. */
@Command(
    name = "record",
    description = {
      "Record when heartbeats arrive, for pulsewatch replay, until TERM, INT or HUP.",
      "It listens, passes every call on to the server, and reads along: point clients at it instead"
          + " of at the server. One file for each session, SERVICE_INSTANCE.csv, with the columns"
          + " sequence,sent_ns,received_ns; the first clock is the sender's, the second this"
          + " machine's. Files are never overwritten. Heartbeats by unary Beat are not recorded."
    })
final class RecordCommand implements Callable<Integer> {
  private static final Pattern GLOB =
      Pattern.compile("[A-Za-z0-9._*?-]{1,253}(/[A-Za-z0-9._:@*?-]{1,253})?");

  private final Surroundings surroundings;

  @Parameters(
      arity = "0..*",
      paramLabel = "SERVICE[/ID]",
      description = "What to record; globs with * and ?. Without any: everything.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the files go; made where there is none.")
  private Path out = Path.of("");

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:5782",
      description = "Where clients connect (default: ${DEFAULT-VALUE}); port 0: any free port.")
  private String listen = "";

  @Option(names = "--insecure", description = "Listen off loopback, although nothing is encrypted.")
  private boolean insecure;

  @Mixin private final ServerOption server;

  RecordCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
  }

  @Override
  public Integer call() throws InterruptedException {
    Pattern wanted = wanted();
    HostPort address = HostPort.parse("--listen", listen);
    String[] servers = server.addresses();
    if (servers.length > 1) {
      throw CommandException.usage("--server: one server to pass calls on to, not several");
    }
    InetSocketAddress socket = resolve(address);
    try (TraceRecorder recorder =
        new TraceRecorder(
            server.access().bare(servers[0]),
            name -> wanted.matcher(name).matches(),
            out,
            surroundings.nanoTicker())) {
      HostPort here = new HostPort(address.host(), listen(recorder, socket, address));
      surroundings.out().printf("pulsewatch records %s on its way to %s%n", here, servers[0]);
      surroundings.out().flush();
      record(recorder);
    } catch (IOException e) {
      throw new CommandException(
          ExitCodes.REFUSED, "cannot write to " + out + ": " + e.getMessage());
    }
    return ExitCodes.DONE;
  }

  private void record(TraceRecorder recorder) throws IOException, InterruptedException {
    AtomicBoolean ended = new AtomicBoolean();
    List.of("TERM", "INT", "HUP").forEach(name -> Signals.on(name, ignored -> ended.set(true)));
    recorder.writeUntil(ended::get);
    surroundings
        .out()
        .printf("%,d heartbeats in %,d files in %s%n", recorder.lines(), recorder.files(), out);
    if (recorder.leftOut() > 0) {
      surroundings.say(recorder.leftOut() + " heartbeats were left out: repeated, or too many");
    }
  }

  private static int listen(TraceRecorder recorder, InetSocketAddress socket, HostPort address) {
    try {
      return recorder.listen(socket);
    } catch (IOException e) {
      throw new CommandException(
          ExitCodes.REFUSED,
          "cannot listen on " + address + ": " + e.getMessage() + "; choose another with --listen");
    }
  }

  private InetSocketAddress resolve(HostPort address) {
    InetSocketAddress socket = new InetSocketAddress(address.host(), address.port());
    InetAddress host = socket.getAddress();
    if (host == null) {
      throw new CommandException(
          ExitCodes.REFUSED, "--listen: the host name " + address.host() + " is unknown");
    }
    if (!host.isLoopbackAddress() && !insecure) {
      throw new CommandException(
          ExitCodes.REFUSED,
          "will not listen on "
              + address
              + ": others can reach it and nothing is encrypted;"
              + " say --insecure if that is meant, or listen on 127.0.0.1");
    }
    return socket;
  }

  /** One expression over {@code service/instance} for all that was asked for. */
  private Pattern wanted() {
    for (String name : names) {
      if (!GLOB.matcher(name).matches()) {
        throw CommandException.usage(
            "'" + name + "' (expected: SERVICE or SERVICE/ID, with the globs * and ?)");
      }
    }
    return Pattern.compile(
        names.isEmpty()
            ? ".*"
            : names.stream().map(RecordCommand::expression).collect(Collectors.joining("|")));
  }

  private static String expression(String name) {
    return (name.contains("/") ? name : name + "/*")
        .replace(".", "\\.")
        .replace("*", "[^/]*")
        .replace("?", "[^/]");
  }
}
