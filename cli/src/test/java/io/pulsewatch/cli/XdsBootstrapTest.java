package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gRPC client reads to find the server. */
final class XdsBootstrapTest {
  @TempDir Path folder = Path.of("");

  @Test
  void inPlaintext() throws Exception {
    assertThat(bootstrap("--server", "10.0.0.5:5780", "--node", "billing-1"))
        .isEqualTo(
            read(
                "{'xds_servers':[{'server_uri':'10.0.0.5:5780','channel_creds':[{'type':'insecure'"
                    + "}],'server_features':['xds_v3']}],'node':{'id':'billing-1','locality':{}}}"));
  }

  @Test
  void severalServersAndTls() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    String tls =
        "'channel_creds':[{'type':'tls','config':{'ca_certificate_file':'"
            + here.resolve("ca.pem")
            + "','certificate_file':'/c.pem','private_key_file':'/k.pem'}}],'server_features':"
            + "['xds_v3']";
    assertThat(
            bootstrap(
                "--server",
                "a:1,b:2",
                "--tls-ca",
                "ca.pem",
                "--tls-client-cert",
                "/c.pem",
                "--tls-client-key",
                "/x/../k.pem"))
        .isEqualTo(
            read(
                "{'xds_servers':[{'server_uri':'a:1',"
                    + tls
                    + "},{'server_uri':'b:2',"
                    + tls
                    + "}],'node':{'id':'pulsewatch-client','locality':{}}}"));
    assertThat(bootstrap("--server", "a:1", "--tls"))
        .isEqualTo(
            read(
                "{'xds_servers':[{'server_uri':'a:1','channel_creds':[{'type':'tls','config':{}}],"
                    + "'server_features':['xds_v3']}],'node':{'id':'pulsewatch-client','locality':{}}}"));
  }

  @Test
  void aTokenIsForItsOwnerAlone() throws Exception {
    Path token = folder.resolve("token");
    Path file = folder.resolve("bootstrap.json");
    Files.writeString(token, "secret\n");
    Files.writeString(file, "old");
    Shell shell = Shell.withoutServer();
    assertThat(shell.run("xds-bootstrap", "--token-from", token.toString(), "-o", file.toString()))
        .isZero();
    assertThat(shell.out()).isEmpty();
    assertThat(read(Files.readString(file)).getFieldsOrThrow("node").getStructValue())
        .isEqualTo(
            read(
                "{'id':'pulsewatch-client','locality':{},'metadata':{'pulsewatch_token':'secret'}}"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileThatCannotBeWrittenIsTold() {
    Shell shell = Shell.withoutServer();
    assertThat(shell.run("xds-bootstrap", "-o", folder.resolve("none/x").toString())).isEqualTo(4);
    assertThat(shell.err()).contains("cannot write to");
  }

  private static Struct bootstrap(String... options) throws Exception {
    Shell shell = Shell.withoutServer();
    String[] args = new String[options.length + 1];
    args[0] = "xds-bootstrap";
    System.arraycopy(options, 0, args, 1, options.length);
    assertThat(shell.run(args)).isZero();
    return read(shell.out());
  }

  private static Struct read(String json) throws Exception {
    Struct.Builder read = Struct.newBuilder();
    JsonFormat.parser().merge(json.replace('\'', '"'), read);
    return read.build();
  }
}
