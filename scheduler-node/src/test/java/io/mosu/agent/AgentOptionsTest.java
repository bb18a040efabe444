// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AgentOptionsTest {

  @Test
  void doorsBecomeWebSocketAddresses() {
    assertThat(options("--door", "http://a:1,https://b:2/,http://c:3/door").doorUrls())
        .containsExactly("ws://a:1/agents", "wss://b:2/agents", "ws://c:3/door");
    assertThatThrownBy(() -> options("--door", "a:1").doorUrls()).hasMessageContaining("--door");
  }

  @Test
  void addressIsLoopbackWhereTheDoorIs() {
    assertThat(options("--door", "http://127.0.0.1:1").reachableAddress()).isEqualTo("127.0.0.1");
    assertThat(options("--address", "gpu-7").reachableAddress()).isEqualTo("gpu-7");
  }

  @Test
  void nameThatIsNoFileNameIsRefused() {
    assertThatThrownBy(() -> options("--name", "../up").nodeName()).hasMessageContaining("--name");
  }

  @Test
  void manyNodesAreNumberedAndWithoutProcessesUnlessAsked() throws IOException {
    List<HostPlan> plans =
        HostSurvey.plans(options("--name", "h", "--nodes", "3", "--simulate", "8xA100"));
    assertThat(plans).extracting(HostPlan::node).contains(new NodeId("h-0003")).hasSize(3);
    assertThat(plans).allMatch(plan -> !plan.inventory().processes());
    assertThat(plans).allMatch(plan -> plan.inventory().cpuMilli() == 96_000);
    plans =
        HostSurvey.plans(
            options("--name", "h", "--nodes", "2", "--simulate", "8xA100", "--processes"));
    assertThat(plans).allMatch(plan -> plan.inventory().processes());
  }

  private static AgentOptions options(String... words) {
    AgentOptions options = new AgentOptions();
    new CommandLine(options).parseArgs(words);
    return options;
  }
}
