// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

import static io.mosu.testing.Specimens.ACME;
import static io.mosu.testing.Specimens.at;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.negotiation;
import static io.mosu.testing.Specimens.rank;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.negotiation.DecisionRecord.Offer;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.negotiation.Negotiation.Phase;
import io.mosu.scheduler.negotiation.NodeMessage.Award;
import io.mosu.scheduler.negotiation.NodeMessage.CallForProposals;
import io.mosu.scheduler.negotiation.NodeMessage.Withdrawal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One round after another, seen from the tenant. */
class NegotiationTest {

  private static final Terms TERMS = new Terms(2, 200, 2_000, 2, 500, 2_000, 8);

  private final Board board = new Board(0, new SplittableRandom(1));
  private final List<NodeMessage> said = new ArrayList<>();

  @Test
  void asksTheBestFewAndAwardsTheLeastDamage() {
    Negotiation negotiation = begun(1, "n1", "n2", "n3");
    assertThat(heard(CallForProposals.class)).containsExactly("n1", "n2");
    offer(negotiation, "n1", 5);
    assertThat(heard(Award.class)).isEmpty();
    offer(negotiation, "n2", 4);
    assertThat(heard(Award.class)).containsExactly("n2");
    assertThat(heard(Withdrawal.class)).containsExactly("n1");
    confirm(negotiation, "n2", 0);
    assertThat(negotiation.phase()).isEqualTo(Phase.AGREED);
  }

  @Test
  void tiesGoByTheOrderOfNodesNotOfAnswers() {
    Negotiation negotiation = begun(1, "n1", "n2");
    offer(negotiation, "n2", 4);
    offer(negotiation, "n1", 4);
    assertThat(heard(Award.class)).containsExactly("n1");
  }

  @Test
  void failsAtOnceIfTooFewNodesSeemToHaveRoom() {
    assertThat(begun(2, "n1").phase()).isEqualTo(Phase.FAILED);
    assertThat(said).isEmpty();
  }

  @Test
  void refusalOpensASecondRoundWithOthers() {
    Negotiation negotiation = begun(1, "n1", "n2", "n3", "n4");
    decline(negotiation, "n1", Refusal.NO_CAPACITY);
    decline(negotiation, "n2", Refusal.NO_CAPACITY);
    assertThat(heard(CallForProposals.class)).containsExactly("n1", "n2", "n3", "n4");
    offer(negotiation, "n3", 1);
    offer(negotiation, "n4", 2);
    assertThat(heard(Award.class)).containsExactly("n3");
  }

  @Test
  void roundsAreBounded() {
    Negotiation negotiation = begun(1, "n1", "n2", "n3", "n4", "n5", "n6");
    for (String node : List.of("n1", "n2", "n3", "n4")) {
      decline(negotiation, node, Refusal.NO_CAPACITY);
    }
    assertThat(negotiation.phase()).isEqualTo(Phase.FAILED);
    assertThat(negotiation.record(at(9)).refusals())
        .containsExactly(new RefusalCount(Refusal.NO_CAPACITY, 4, new NodeId("n1"), "as asked"));
    assertThat(negotiation.record(at(9)).rounds()).isEqualTo(2);
  }

  @Test
  void silenceCountsAsNoAnswerAndIsWithdrawn() {
    Negotiation negotiation = begun(1, "n1", "n2");
    offer(negotiation, "n2", 9);
    negotiation.wake(at(199));
    assertThat(heard(Award.class)).isEmpty();
    negotiation.wake(at(200));
    assertThat(heard(Award.class)).containsExactly("n2");
    assertThat(heard(Withdrawal.class)).containsExactly("n1");
    assertThat(negotiation.record(at(200)).refusals())
        .extracting(RefusalCount::reason)
        .containsExactly(Refusal.NO_ANSWER);
    assertThat(negotiation.record(at(200)).offers())
        .containsExactly(new Offer(new NodeId("n2"), 9, true));
  }

  @Test
  void lateOfferIsGivenBack() {
    Negotiation negotiation = begun(1, "n1", "n2");
    offer(negotiation, "n2", 9);
    negotiation.wake(at(200));
    said.clear();
    offer(negotiation, "n1", 1);
    assertThat(heard(Withdrawal.class)).containsExactly("n1");
  }

  @Test
  void woundedHoldIsNoLongerCounted() {
    Negotiation negotiation = begun(1, "n1", "n2");
    offer(negotiation, "n1", 1);
    decline(negotiation, "n1", Refusal.WOUNDED);
    offer(negotiation, "n2", 9);
    assertThat(heard(Award.class)).containsExactly("n2");
  }

  @Test
  void awardIsSaidAgainAndInTheEndTakenBack() {
    Negotiation negotiation = begun(1, "n1");
    offer(negotiation, "n1", 1);
    negotiation.wake(at(500));
    assertThat(heard(Award.class)).containsExactly("n1", "n1");
    negotiation.wake(at(2_000));
    assertThat(negotiation.phase()).isEqualTo(Phase.FAILED);
    assertThat(heard(Withdrawal.class)).containsExactly("n1");
  }

  @Test
  void gangThatLosesOneNodeGivesAllBack() {
    Negotiation negotiation = begun(2, "n1", "n2", "n3");
    offer(negotiation, "n1", 1);
    offer(negotiation, "n2", 2);
    offer(negotiation, "n3", 3);
    confirm(negotiation, "n1", 0);
    decline(negotiation, "n2", Refusal.HOLD_GONE);
    assertThat(negotiation.phase()).isEqualTo(Phase.FAILED);
    assertThat(heard(Withdrawal.class)).containsExactly("n3", "n1", "n2", "n3");
  }

  @Test
  void repeatedConfirmationCountsOnce() {
    Negotiation negotiation = begun(2, "n1", "n2");
    offer(negotiation, "n1", 1);
    offer(negotiation, "n2", 2);
    confirm(negotiation, "n1", 0);
    confirm(negotiation, "n1", 0);
    assertThat(negotiation.phase()).isEqualTo(Phase.AWARDING);
    confirm(negotiation, "n2", 1);
    assertThat(negotiation.phase()).isEqualTo(Phase.AGREED);
    assertThat(negotiation.confirmations()).hasSize(2);
  }

  @Test
  void abortGivesAllBack() {
    Negotiation negotiation = begun(1, "n1", "n2");
    offer(negotiation, "n1", 1);
    negotiation.abort();
    assertThat(heard(Withdrawal.class)).containsExactly("n1", "n2");
    assertThat(negotiation.wakeAtTickMs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void intentsSendOthersElsewhereFirst() {
    begun(1, "n1");
    board.offer(new Offering(digest("n2"), h100s(8)));
    assertThat(board.candidates(gpus(8), 2, Set.of(), new Moment(0, 0)))
        .containsExactly(new NodeId("n2"), new NodeId("n1"));
  }

  @Test
  void recordsKeepTheBestOffersOnly() {
    List<Offer> many = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      many.add(new Offer(new NodeId("n" + i), i, false));
    }
    assertThat(new DecisionRecord(negotiation(1), 0, "balanced", 1, 40, many, List.of()).offers())
        .hasSize(DecisionRecord.OFFERS_MAX);
  }

  @Test
  void holdsMustOutlastAllRounds() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Terms(4, 200, 300, 2, 500, 2_000, 8));
  }

  private Negotiation begun(int tasks, String... nodes) {
    for (String node : nodes) {
      board.offer(new Offering(digest(node), h100s(8)));
    }
    Negotiation negotiation =
        new Negotiation(
            negotiation(1), rank(1), gpus(8), tasks, 0, TERMS, Claim.NONE, board, said::add);
    negotiation.begin(at(0));
    return negotiation;
  }

  private static Digest digest(String node) {
    return new Digest(new NodeId(node), 1, 1, Room.all(h100s(8)), 0, true);
  }

  private static void offer(Negotiation negotiation, String node, double damage) {
    negotiation.on(
        new TenantMessage.Proposal(ACME, negotiation.id(), new NodeId(node), damage, digest(node)),
        at(0));
  }

  private static void decline(Negotiation negotiation, String node, Refusal reason) {
    negotiation.on(
        new TenantMessage.Declined(
            ACME, negotiation.id(), new NodeId(node), reason, "as asked", digest(node)),
        at(0));
  }

  private static void confirm(Negotiation negotiation, String node, int task) {
    negotiation.on(
        new TenantMessage.Confirmation(
            ACME,
            negotiation.id(),
            new NodeId(node),
            task,
            1,
            new Grant(List.of(0), 1000, 1, 1),
            "a",
            digest(node)));
  }

  private <T extends NodeMessage> List<String> heard(Class<T> kind) {
    return said.stream().filter(kind::isInstance).map(m -> m.node().value()).toList();
  }
}
