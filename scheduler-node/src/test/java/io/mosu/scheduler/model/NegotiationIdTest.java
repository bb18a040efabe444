// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import static io.mosu.testing.Specimens.job;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the name of a negotiation tells. */
class NegotiationIdTest {

  @Test
  void namesItsJobAndItsOwner() {
    NegotiationId id = NegotiationId.of(job(41), 3, 17);
    assertThat(id).hasToString("acme-41/3.17");
    assertThat(id.job()).contains(job(41));
    assertThat(id.epoch()).isEqualTo(3);
  }

  @Test
  void anyOtherTextIsOfNoOwner() {
    assertThat(new NegotiationId("x").epoch()).isZero();
    assertThat(new NegotiationId("x").job()).isEmpty();
    assertThat(new NegotiationId("a-1/x.y").epoch()).isZero();
    assertThat(new NegotiationId("a-1/1.99999999999999999999").epoch()).isZero();
  }
}
