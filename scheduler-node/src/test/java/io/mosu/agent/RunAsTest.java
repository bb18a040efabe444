// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.model.TenantId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunAsTest {
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
  private static final List<String> PASSWD =
      List.of(
          "root:x:0:0:root:/root:/bin/sh",
          "gpu:x:1000:1001::/home/gpu:/bin/sh",
          "lab:x:1002:1002::/:/bin/sh");

  @Test
  void tenantsHaveTheirUsersAndAllOthersOne() {
    RunAs runAs = RunAs.of(List.of("acme=lab", "gpu"), PASSWD, true, SETPRIV);
    assertThat(runAs.words(new TenantId("acme"))).contains("--reuid=1002", "--regid=1002");
    assertThat(runAs.words(new TenantId("beta")))
        .containsExactly(
            "/usr/bin/setpriv",
            "--no-new-privs",
            "--inh-caps=-all",
            "--bounding-set=-all",
            "--reuid=1000",
            "--regid=1001",
            "--clear-groups",
            "--");
  }

  @Test
  void withoutRootTasksOnlyGetNoNewPrivileges() {
    assertThat(RunAs.of(List.of(), PASSWD, false, SETPRIV).words(new TenantId("acme")))
        .containsExactly("/usr/bin/setpriv", "--no-new-privs", "--");
    assertThat(RunAs.of(List.of(), PASSWD, false, null).words(new TenantId("acme"))).isEmpty();
  }

  @Test
  void whatCannotBeDoneIsRefusedAtTheStart() {
    assertThatThrownBy(() -> RunAs.of(List.of("gpu"), PASSWD, false, SETPRIV))
        .hasMessage("--run-as needs an agent that is root");
    assertThatThrownBy(() -> RunAs.of(List.of("gpu"), PASSWD, true, null))
        .hasMessageContaining("setpriv");
    assertThatThrownBy(() -> RunAs.of(List.of("nope"), PASSWD, true, SETPRIV))
        .hasMessageContaining("no user 'nope'");
  }

  @Test
  void rootAmongOthersNamesTheUser() {
    List<String> passwd = List.of("root:x:0:0::/:/bin/sh");
    Path setpriv = Path.of("/usr/bin/setpriv");
    assertThatThrownBy(() -> RunAs.of(List.of(), passwd, true, setpriv).check(true))
        .hasMessageContaining("--run-as USER");
    RunAs.of(List.of(), passwd, true, setpriv).check(false);
    RunAs.of(List.of("root"), passwd, true, setpriv).check(true);
    RunAs.of(List.of(), passwd, false, setpriv).check(true);
  }
}
