// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.agent.Deed;
import io.mosu.agent.HostEffects;
import io.mosu.agent.KnownTask;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.journal.Port;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.journal.Rules;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.node.NodeEffect;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.tenant.TenantEffect;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import io.mosu.scheduler.tenant.TenantQuery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The checker's own proof: each of these faults in the program is found within a few worlds. */
class SabotageTest {

  private static final int WORLDS_MAX = 400;

  @Test
  void nodeThatSpeaksBeforeItsJournalIsCaught() {
    assertCaught(
        new Cast() {
          @Override
          public Port<NodeLedger, NodeEvent, NodeEffect> node(
              Port<NodeLedger, NodeEvent, NodeEffect> shipped) {
            return new Sabotaged<>(shipped) {
              @Override
              public Rules<NodeLedger, NodeEvent, NodeEffect> rules(NodeLedger ledger, Moment now) {
                return new Hasty<>(super.rules(ledger, now));
              }
            };
          }
        });
  }

  @Test
  void tenantThatSpeaksBeforeItsJournalIsCaught() {
    assertCaught(
        new Cast() {
          @Override
          public Port<TenantLedger, TenantEvent, TenantEffect> tenant(
              Port<TenantLedger, TenantEvent, TenantEffect> shipped) {
            return new Sabotaged<>(shipped) {
              @Override
              public Rules<TenantLedger, TenantEvent, TenantEffect> rules(
                  TenantLedger ledger, Moment now) {
                return new Hasty<>(super.rules(ledger, now));
              }
            };
          }
        });
  }

  @Test
  void ownersThatAllClaimOneEpochAreCaught() {
    assertCaught(
        new Cast() {
          @Override
          public Port<NodeLedger, NodeEvent, NodeEffect> node(
              Port<NodeLedger, NodeEvent, NodeEffect> shipped) {
            return new Sabotaged<>(shipped) {
              @Override
              public Rules<NodeLedger, NodeEvent, NodeEffect> rules(NodeLedger ledger, Moment now) {
                return super.rules(
                    NodeLedger.of(
                        1, ledger.inventory(), ledger.lastToken(), ledger.leases(), ledger.lost()),
                    now);
              }
            };
          }
        });
  }

  @Test
  void leaseThatTheAgentCountsLongerThanItsNodeIsCaught() {
    assertCaught(
        new Cast() {
          @Override
          public Port<NodeLedger, NodeEvent, NodeEffect> node(
              Port<NodeLedger, NodeEvent, NodeEffect> shipped) {
            return new Sabotaged<>(shipped) {
              @Override
              public void carryOut(NodeEffect effect, Askers askers) {
                super.carryOut(
                    effect instanceof NodeEffect.TellAgent tell
                            && tell.order() instanceof HostOrder.Welcome welcome
                        ? new NodeEffect.TellAgent(
                            new HostOrder.Welcome(
                                welcome.node(),
                                welcome.epoch(),
                                welcome.sentTickMs(),
                                2 * welcome.ttlMs(),
                                welcome.renewMs()))
                        : effect,
                    askers);
              }
            };
          }
        });
  }

  @Test
  void gangThatForgetsToGiveBackIsCaught() {
    assertCaught(
        new Cast() {
          @Override
          public Port<TenantLedger, TenantEvent, TenantEffect> tenant(
              Port<TenantLedger, TenantEvent, TenantEffect> shipped) {
            return new Sabotaged<>(shipped) {
              @Override
              public void carryOut(TenantEffect effect, Askers askers) {
                if (!(effect instanceof TenantEffect.TellNode tell
                    && tell.message() instanceof NodeMessage.Withdrawal)) {
                  super.carryOut(effect, askers);
                }
              }
            };
          }
        });
  }

  @Test
  void submissionThatIsNotIdempotentIsCaught() {
    assertCaught(
        new Cast() {
          @Override
          public Port<TenantLedger, TenantEvent, TenantEffect> tenant(
              Port<TenantLedger, TenantEvent, TenantEffect> shipped) {
            return new Sabotaged<>(shipped) {
              @Override
              public Wire receive(Wire message) {
                return message instanceof Request request
                        && request.query() instanceof TenantQuery.Submit submit
                    ? new Request(request.asker(), new TenantQuery.Submit(submit.spec(), ""))
                    : message;
              }
            };
          }
        });
  }

  @Test
  void agentThatForgetsWhatItLaunchedIsCaught() {
    assertCaught(
        new Cast() {
          @Override
          public HostEffects agent(HostEffects shipped) {
            return new SabotagedHost(shipped) {
              @Override
              public void remember(KnownTask task) {}
            };
          }
        });
  }

  @Test
  void agentThatDoesNotKillIsCaught() {
    assertCaught(
        new Cast() {
          @Override
          public HostEffects agent(HostEffects shipped) {
            return new SabotagedHost(shipped) {
              @Override
              public void kill(long token, long graceMs) {}
            };
          }
        });
  }

  private static void assertCaught(Cast cast) {
    int caught = 0;
    for (long seed = 0; seed < WORLDS_MAX && caught == 0; seed++) {
      try {
        Storm.world(WorldSettings.stormy(), seed, cast, false).settle(Storm.SETTLE_MS);
      } catch (RuntimeException e) {
        caught++;
      }
    }
    assertThat(caught).as("of " + WORLDS_MAX + " worlds").isPositive();
  }

  /** Lets every effect out at once. */
  private record Hasty<L, E, F>(Rules<L, E, F> rules) implements Rules<L, E, F> {

    @Override
    public L ledger() {
      return rules.ledger();
    }

    @Override
    public void on(Wire message, Moment now, Outcome<E, F> out) {
      rules.on(message, now, hasty(out));
    }

    @Override
    public long wakeAtTickMs() {
      return rules.wakeAtTickMs();
    }

    @Override
    public void wake(Moment now, Outcome<E, F> out) {
      rules.wake(now, hasty(out));
    }

    private Outcome<E, F> hasty(Outcome<E, F> out) {
      return new Outcome<>() {
        @Override
        public void journal(E event) {
          out.journal(event);
        }

        @Override
        public void after(F effect) {
          out.now(effect);
        }

        @Override
        public void now(F effect) {
          out.now(effect);
        }
      };
    }
  }

  private abstract static class Sabotaged<L, E, F> implements Port<L, E, F> {
    private final Port<L, E, F> shipped;

    Sabotaged(Port<L, E, F> shipped) {
      this.shipped = shipped;
    }

    @Override
    public L blank() {
      return shipped.blank();
    }

    @Override
    public L apply(L ledger, E event) {
      return shipped.apply(ledger, event);
    }

    @Override
    public E claim(L ledger) {
      return shipped.claim(ledger);
    }

    @Override
    public Rules<L, E, F> rules(L ledger, Moment now) {
      return shipped.rules(ledger, now);
    }

    @Override
    public @Nullable Wire receive(Wire message) {
      return shipped.receive(message);
    }

    @Override
    public boolean readOnly(Wire message) {
      return shipped.readOnly(message);
    }

    @Override
    public void carryOut(F effect, Askers askers) {
      shipped.carryOut(effect, askers);
    }
  }

  private abstract static class SabotagedHost implements HostEffects {
    private final HostEffects shipped;

    SabotagedHost(HostEffects shipped) {
      this.shipped = shipped;
    }

    @Override
    public void remember(KnownTask task) {
      shipped.remember(task);
    }

    @Override
    public void rememberEpoch(long epoch) {
      shipped.rememberEpoch(epoch);
    }

    @Override
    public void send(HostReport report) {
      shipped.send(report);
    }

    @Override
    public void launch(HostOrder.StartTask start) {
      shipped.launch(start);
    }

    @Override
    public void kill(long token, long graceMs) {
      shipped.kill(token, graceMs);
    }

    @Override
    public void leasedUntil(long tickMs, long graceMs) {
      shipped.leasedUntil(tickMs, graceMs);
    }

    @Override
    public void canary(String uuid, long number) {
      shipped.canary(uuid, number);
    }

    @Override
    public void record(Deed deed) {
      shipped.record(deed);
    }
  }
}
