// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.pki.Pem;
import io.mosu.pki.TlsFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Renews the agent's certificate after two thirds of its life. The connection that stands goes on
 * until the old one ends; the next one shows the new one.
 */
final class RenewalActor {

  sealed interface Command {}

  private enum Due implements Command {
    INSTANCE
  }

  private record Done(@Nullable X509Certificate fresh, @Nullable Throwable failure)
      implements Command {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Path folder;
  private final Enrolling enrolling;

  private RenewalActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Path folder,
      Enrolling enrolling) {
    this.context = context;
    this.timers = timers;
    this.folder = folder;
    this.enrolling = enrolling;
  }

  static Behavior<Command> create(Path folder, Enrolling enrolling) {
    Behavior<Command> renewing =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> {
                      context.setLoggerName(RenewalActor.class);
                      RenewalActor renewal = new RenewalActor(context, timers, folder, enrolling);
                      renewal.await(Pem.certificate(folder.resolve(TlsFolder.CERTIFICATE)));
                      return Behaviors.receive(Command.class)
                          .onMessage(Due.class, due -> renewal.onDue())
                          .onMessage(Done.class, renewal::onDone)
                          .build();
                    }));
    return Behaviors.supervise(renewing)
        .onFailure(
            IOException.class,
            SupervisorStrategy.restartWithBackoff(Renewal.PAUSE_MIN, Renewal.PAUSE_MAX, 0.2));
  }

  private void await(X509Certificate certificate) {
    timers.startSingleTimer(Due.INSTANCE, Renewal.due(certificate, Instant.now()));
  }

  private Behavior<Command> onDue() {
    context.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                X509Certificate now = Pem.certificate(folder.resolve(TlsFolder.CERTIFICATE));
                return Renewal.isDue(now, Instant.now()) ? enrolling.renew() : now;
              } catch (IOException failure) {
                throw new UncheckedIOException(failure);
              }
            },
            context.getSystem().dispatchers().lookup(DispatcherSelector.blocking())),
        Done::new);
    return Behaviors.same();
  }

  private Behavior<Command> onDone(Done done) throws IOException {
    X509Certificate fresh = done.fresh();
    if (fresh != null) {
      await(fresh);
      return Behaviors.same();
    }
    X509Certificate old = Pem.certificate(folder.resolve(TlsFolder.CERTIFICATE));
    Duration again = Renewal.again(old, Instant.now());
    context
        .getLog()
        .warn(
            "certificate not renewed until={} nextTry={} cause={}",
            old.getNotAfter().toInstant(),
            again,
            String.valueOf(done.failure()));
    timers.startSingleTimer(Due.INSTANCE, again);
    return Behaviors.same();
  }
}
