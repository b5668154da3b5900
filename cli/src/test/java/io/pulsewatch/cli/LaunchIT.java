package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The runnable jar where there is no server, or one that is told how to be. */
final class LaunchIT {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.0.0.0:0 | pulsewatch: will not listen on 0.0.0.0:0: others can reach it",
        "[::]:0 | pulsewatch: will not listen on [::]:0: others can reach it",
        "203.0.113.1:0 | pulsewatch: will not listen on 203.0.113.1:0: others can reach it",
        "no-such-host.invalid:0 | pulsewatch: cannot listen on no-such-host.invalid:0: the host"
            + " name no-such-host.invalid is unknown",
      })
  void whereItWillNotListenIsTold(String listen, String line) throws Exception {
    try (Launched other = Launched.start("serve", "--memory", "--listen", listen)) {
      assertThat(other.exitCode()).isEqualTo(ExitCodes.REFUSED);
      assertThat(other.restOfErrors()).startsWith(line).hasLineCount(1);
    }
  }

  @Test
  void anAddressOfAnotherMachineIsTold() throws Exception {
    try (Launched other =
        Launched.start("serve", "--memory", "--listen", "203.0.113.1:0", "--insecure")) {
      assertThat(other.exitCode()).isEqualTo(ExitCodes.REFUSED);
      assertThat(other.restOfErrors())
          .isEqualTo(
              "pulsewatch: cannot listen on 203.0.113.1:0: no network interface here has this"
                  + " address\n");
    }
  }

  @Test
  void insecureIsAllowedWhereItIsSaid() throws Exception {
    try (Launched open =
        Launched.start("serve", "--memory", "--insecure", "--listen", "0.0.0.0:0")) {
      String port = open.address().replaceFirst(".*:", "");
      try (Launched list = Launched.start("--server", "127.0.0.1:" + port, "list")) {
        assertThat(list.exitCode()).isZero();
      }
    }
  }

  @Test
  void preservationCanBeSwitchedOff() throws Exception {
    try (Launched other =
        Launched.start("serve", "--memory", "--preservation", "off", "--listen", "127.0.0.1:0")) {
      assertThat(other.address()).startsWith("127.0.0.1:");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "watch", "watch --once", "get a/b", "state"})
  void nobodyThereIsToldInOneLine(String command) throws Exception {
    try (Launched other = Launched.start(("--server 127.0.0.1:1 " + command).split(" "))) {
      assertThat(other.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
      assertThat(other.restOfErrors())
          .isEqualTo(
              "pulsewatch: cannot reach 127.0.0.1:1: connection refused (is it running?"
                  + " pulsewatch serve starts one)\n");
    }
  }

  @Test
  void bashTakesTheCompletion() throws Exception {
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source <(../bin/pulsewatch completion) && COMP_WORDS=(pulsewatch wa) COMP_CWORD=1"
                    + " && _complete_pulsewatch && echo \"${COMPREPLY[@]}\"")
            .start();
    assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8)).isEqualTo("watch\n");
    assertThat(bash.waitFor()).isZero();
  }
}
