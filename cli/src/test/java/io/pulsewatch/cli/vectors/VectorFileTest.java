package io.pulsewatch.cli.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors against the detectors, and files that are none. Confined to the test's thread. */
final class VectorFileTest {
  /** Mechanisms that this release has not. */
  private static final Set<String> NOT_BUILT =
      Set.of(
          "adaptive_accrual_empirical",
          "lifeguard_remaining_suspicion",
          "lifeguard_timer",
          "swim_suspicion_timeout",
          "swim_retransmit_limit",
          "eureka_eviction_limit",
          "bertier");

  @Test
  void allBoundVectorsPassAndTheOthersAreUnsupported() throws Exception {
    List<GroupResult> results = VectorFile.parse("vectors", published()).run();
    assertThat(results).hasSize(21);
    for (GroupResult result : results) {
      boolean built = !NOT_BUILT.contains(result.group());
      assertThat(result.failures()).isEmpty();
      assertThat(built ? result.unsupported() : result.passed()).as(result.group()).isZero();
      assertThat(result.passed() + result.unsupported()).as(result.group()).isPositive();
    }
  }

  /** Windows that are just full, thresholds that few use, clocks that hardly move. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "heartbeat_history | {'window':1,'samples':[5,7],'mean':7,'variance':0}",
        "heartbeat_history | {'window':2,'samples':[1,2,3],'mean':2.5,'variance':0.25}",
        "heartbeat_history | {'window':9999,'samples':[0.5,1.5],'mean':1,'variance':0.25}",
        "heartbeat_history | {'window':2,'samples':[3000000000,3000000002],'mean':3000000001,'variance':1}",
        "phi_logistic_x | {'time_diff_ms':3,'mean_ms':1,'sd_ms':0.5,'min_sd_ms':2,'expected_phi':0.798,'tolerance':0.01}",
        "phi_logistic_x | {'time_diff_ms':900,'mean_ms':1,'sd_ms':1,'min_exclusive':1e6}",
        "closed_form_x | {'threshold':0.3010299956639812,'y_logistic':0,'z_normal':0}",
        "closed_form_x | {'threshold':0.1,'z_normal':-0.821532}",
        "closed_form_x | {'threshold':40,'z_normal':13.310921}",
        "closed_form_x | {'name':'later','mean_ms':100,'sd_ms':0,'min_sd_ms':10,'first_unavailable_ms':153}",
        "deadline_fd | {'heartbeat_interval_ms':1,'acceptable_pause_ms':1,'clock_increments_ms':[7,1,0.999999,0.000001],"
            + "'ops':['hb','ok','ok','ok'],'expected_available':[true,true,false]}",
        "deadline_fd | {'heartbeat_interval_ms':1,'acceptable_pause_ms':1,'clock_increments_ms':[9000],"
            + "'ops':['ok'],'expected_available':[true]}",
        "nfd_e_x | {'eta':10,'seqs':[7],'arrivals':[71.25],'n':1000,'ea':81.25,'alpha':2,'deadline':83.25}",
        "lease_fence | {'T_ms':1,'rho_c':0.5,'rho_s':1,'act_ms':0,'F_ms':0.25}",
        "lease_fence | {'T_ms':1,'rho_c':0,'rho_s':0,'act_ms':2,'F_ms':0}",
        "tcp_loss_stall | {'rto_ms':300,'k':0,'stall_ms':0}",
      })
  void othersOfTheirFamiliesPass(String group, String each) throws Exception {
    assertThat(run(group, each)).isEqualTo(new GroupResult(group, 1, 0, 0, List.of()));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "heartbeat_history | {'window':2,'samples':[1,2,3],'mean':2,'variance':0.25}",
        "phi_logistic_x | {'time_diff_ms':1,'mean_ms':1,'sd_ms':1,'expected_phi':0.30102}",
        "phi_logistic_x | {'mean_ms':0,'sd_ms':10,'x_from':5,'x_to':40000,'property':'strictly_increasing','time_diff_ms':1,'exact':1}",
        "closed_form_x | {'name':'too soon','mean_ms':100,'sd_ms':0,'min_sd_ms':10,'first_unavailable_ms':154}",
        "deadline_fd | {'heartbeat_interval_ms':1,'acceptable_pause_ms':1,'clock_increments_ms':[7,2],"
            + "'ops':['hb','ok'],'expected_available':[true]}",
        "nfd_e_x | {'eta':10,'seqs':[7],'arrivals':[71.25],'n':1,'ea':81.24}",
        "lease_fence | {'T_ms':1,'rho_c':0.5,'rho_s':1,'act_ms':0,'F_ms':0.26}",
        "tcp_loss_stall | {'rto_ms':300,'k':1,'stall_ms':301}",
      })
  void whatIsWrongFails(String group, String each) throws Exception {
    GroupResult result = run(group, each);
    if (each.contains("x_to")) {
      // A field that belongs to another kind of case: nobody can say what is meant.
      assertThat(result.unsupported()).isEqualTo(1);
    } else {
      assertThat(result.failed()).isEqualTo(1);
      assertThat(result.failures()).singleElement().asString().startsWith(group + "[0]: ");
    }
  }

  /** What is not understood to the last field does not pass. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "unheard_of | {'time_diff_ms':1,'mean_ms':1,'sd_ms':1,'expected_phi':0.30103}",
        "phi_unheard_of | {'time_diff_ms':1,'mean_ms':1,'sd_ms':1,'expected_phi':0.30103}",
        "phi_logistic_x | {'time_diff_ms':1,'mean_ms':1,'sd_ms':1}",
        "phi_logistic_x | {'time_diff_ms':1,'mean_ms':1,'sd_ms':1,'exact':0.3010299957,'skew':2}",
        "phi_logistic_x | {'time_diff_ms':'1','mean_ms':1,'sd_ms':1,'exact':0.3010299957}",
        "heartbeat_history | {'window':0,'samples':[1],'mean':1}",
        "heartbeat_history | {'window':2,'samples':[1e300],'mean':1}",
        "closed_form_x | {'threshold':-1,'y_logistic':0}",
        "closed_form_x | {'threshold':8,'mean_ms':1,'name':'some other form','deadline_after_last_ms':8}",
        "deadline_fd | {'heartbeat_interval_ms':1,'acceptable_pause_ms':1,'clock_increments_ms':[7],"
            + "'ops':['hb','ok'],'expected_available':[true]}",
        "deadline_fd | {'heartbeat_interval_ms':1,'acceptable_pause_ms':1,'clock_increments_ms':[7,1],"
            + "'ops':['hb','ok'],'expected_available':[]}",
        "nfd_e_x | {'eta':10,'seqs':[7,6],'arrivals':[71,72],'n':1,'ea':81}",
        "numeric_edges | {'case':'moonshine','action':'none'}",
        "tcp_loss_stall | {'rto_ms':9e15,'k':70,'stall_ms':1}",
      })
  void whatIsNotUnderstoodIsUnsupported(String group, String each) throws Exception {
    assertThat(run(group, each)).isEqualTo(new GroupResult(group, 0, 0, 1, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{'format':'pulsewatch-detector-vectors/2','groups':[]}",
        "{'format':'pulsewatch-detector-vectors/1'}",
        "{'format':'pulsewatch-detector-vectors/1','groups':{}}",
        "{'format':'pulsewatch-detector-vectors/1','groups':[7]}",
        "{'format':'pulsewatch-detector-vectors/1','groups':[{'cases':[]}]}",
        "{'format':'pulsewatch-detector-vectors/1','groups':[{'id':'a'}]}",
        "{'format':'pulsewatch-detector-vectors/1','groups':[{'id':'a','cases':[1]}]}",
      })
  void otherFilesAreRefusedInOneLine(String text) {
    assertThatThrownBy(() -> VectorFile.parse("my.json", text.replace('\'', '"')))
        .isInstanceOf(BadVectorFileException.class)
        .message()
        .startsWith("my.json: ")
        .doesNotContain("\n");
  }

  private static GroupResult run(String group, String each) throws BadVectorFileException {
    String text =
        "{'format':'%s','groups':[{'id':'%s','cases':[%s]}]}"
            .formatted(VectorFile.FORMAT, group, each)
            .replace('\'', '"');
    return VectorFile.parse("one", text).run().get(0);
  }

  private static String published() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(VectorFileTest.class.getResourceAsStream("detector_vectors.json"))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
