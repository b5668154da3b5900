package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pulsewatch xds-bootstrap}. */
@Command(
    name = "xds-bootstrap",
    description = {
      "Print what gRPC clients need to know so that xds:///SERVICE works.",
      "Name its file in GRPC_XDS_BOOTSTRAP, or say it in GRPC_XDS_BOOTSTRAP_CONFIG."
    })
final class XdsBootstrapCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final ServerOption server;

  @Option(
      names = {"-o", "--file"},
      paramLabel = "FILE",
      description = "Write it there instead.")
  private @Nullable Path file;

  @Option(
      names = "--node",
      paramLabel = "ID",
      description = "The client's name in this server's log (default: ${DEFAULT-VALUE}).")
  private String node = "pulsewatch-client";

  XdsBootstrapCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.server = new ServerOption(surroundings, root.server());
  }

  @Override
  public Integer call() {
    Supplier<String> shown = server.access().token();
    String token = shown == null ? null : shown.get();
    String json = json(token);
    Path target = file;
    if (target == null) {
      surroundings.out().print(json);
      return ExitCodes.DONE;
    }
    try {
      write(target, json, token != null);
    } catch (IOException e) {
      throw new CommandException(ExitCodes.REFUSED, "cannot write to " + target + ": " + e);
    }
    return ExitCodes.DONE;
  }

  /** Clients read the first server only; those of Go and Java try the others, too. */
  private String json(@Nullable String token) {
    ListValue.Builder servers = ListValue.newBuilder();
    for (String address : server.addresses()) {
      servers.addValues(
          object(
              Struct.newBuilder()
                  .putFields("server_uri", text(address))
                  .putFields("channel_creds", list(object(credentials())))
                  .putFields("server_features", list(text("xds_v3")))));
    }
    Struct bootstrap =
        Struct.newBuilder()
            .putFields("xds_servers", Value.newBuilder().setListValue(servers).build())
            .putFields("node", object(node(token)))
            .build();
    try {
      return JsonFormat.printer().print(bootstrap) + "\n";
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("made of plain values", impossible);
    }
  }

  /** gRPC's clients can send no header of their own to an xDS server, but say who they are. */
  private Struct.Builder node(@Nullable String token) {
    Struct.Builder fields =
        Struct.newBuilder()
            .putFields("id", text(node))
            .putFields("locality", object(Struct.newBuilder())); // Node's client wants one
    return token == null
        ? fields
        : fields.putFields(
            "metadata", object(Struct.newBuilder().putFields("pulsewatch_token", text(token))));
  }

  /**
   * A client that starts meanwhile reads the old file or the new one. Nobody else may read a token.
   */
  private static void write(Path target, String json, boolean secret) throws IOException {
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      Files.write(target, json.getBytes(UTF_8)); // a pipe
      return;
    }
    boolean posix = target.getFileSystem().supportedFileAttributeViews().contains("posix");
    Path beside = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(beside);
    if (secret && posix) {
      Set<PosixFilePermission> owners = PosixFilePermissions.fromString("rw-------");
      Files.createFile(beside, PosixFilePermissions.asFileAttribute(owners));
    }
    Files.write(beside, json.getBytes(UTF_8));
    Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private Struct.Builder credentials() {
    AccessOptions.Encryption said = server.access().encryption();
    if (said == null) {
      return Struct.newBuilder().putFields("type", text("insecure"));
    }
    Struct.Builder files = Struct.newBuilder();
    put(files, "ca_certificate_file", said.authorities());
    put(files, "certificate_file", said.certificate());
    put(files, "private_key_file", said.key());
    return Struct.newBuilder().putFields("type", text("tls")).putFields("config", object(files));
  }

  /** Clients run elsewhere than this command. */
  private static void put(Struct.Builder files, String key, @Nullable Path path) {
    if (path != null) {
      files.putFields(key, text(path.toAbsolutePath().normalize().toString()));
    }
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Value object(Struct.Builder fields) {
    return Value.newBuilder().setStructValue(fields).build();
  }

  private static Value list(Value only) {
    return Value.newBuilder().setListValue(ListValue.newBuilder().addValues(only)).build();
  }
}
