// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * Lets a scheduler node join only when it can recover entities at once: as soon as it is a member,
 * shards move to it, and their entities are nowhere until they have recovered. A process that has
 * just started takes seconds for its first read of the journal, and on a busy machine longer than a
 * lease lives. Nothing is written.
 */
final class WarmUpActor {
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration AGAIN_MAX = Duration.ofSeconds(10);

  /** Reads; the first loads what all others use. */
  private static final int READS = 3;

  private record Read(int number) {}

  private WarmUpActor() {}

  /**
   * Joins when warm, and ends.
   *
   * @param seeds addresses of the seed nodes; nobody is joined if there are none
   */
  static Behavior<Void> create(List<String> seeds) {
    List<Address> addresses = seeds.stream().map(AddressFromURIString::parse).toList();
    return Behaviors.<Object>setup(
            context -> {
              context.setLoggerName(WarmUpActor.class);
              long began = System.nanoTime();
              ActorRef<Read> self = context.getSelf().narrow();
              read(context, 1, self);
              return Behaviors.receive(Object.class)
                  .onMessage(
                      Read.class,
                      read -> {
                        if (read.number() < READS) {
                          read(context, read.number() + 1, self);
                          return Behaviors.same();
                        }
                        context
                            .getLog()
                            .info("journal read ms={}", (System.nanoTime() - began) / 1_000_000);
                        if (!addresses.isEmpty()) {
                          Cluster.get(context.getSystem())
                              .manager()
                              .tell(new JoinSeedNodes(addresses));
                        }
                        return Behaviors.stopped();
                      })
                  .build();
            })
        .narrow();
  }

  private static void read(ActorContext<Object> context, int number, ActorRef<Read> done) {
    Address address = Cluster.get(context.getSystem()).selfMember().address();
    String id = "warm-up|" + address + "|" + number;
    context.spawn(Behaviors.<Void>setup(child -> new Probe(id, number, done)), "read-" + number);
  }

  /** A journaled actor without a journal. */
  private static final class Probe extends EventSourcedBehavior<Void, Integer, Integer> {
    private final int number;
    private final ActorRef<Read> done;

    Probe(String id, int number, ActorRef<Read> done) {
      super( // a failed read ends the behavior from within: a supervisor around it hears nothing
          PersistenceId.ofUniqueId(id), SupervisorStrategy.restartWithBackoff(AGAIN, AGAIN_MAX, 0));
      this.number = number;
      this.done = done;
    }

    @Override
    public Integer emptyState() {
      return 0;
    }

    @Override
    public CommandHandler<Void, Integer, Integer> commandHandler() {
      return newCommandHandlerBuilder().forAnyState().build();
    }

    @Override
    public EventHandler<Integer, Integer> eventHandler() {
      return newEventHandlerBuilder().forAnyState().onAnyEvent((state, event) -> state);
    }

    @Override
    public SignalHandler<Integer> signalHandler() {
      return newSignalHandlerBuilder()
          .onSignal(RecoveryCompleted.class, (state, completed) -> done.tell(new Read(number)))
          .build();
    }
  }
}
