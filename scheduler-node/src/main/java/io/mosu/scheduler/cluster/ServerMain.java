// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import io.mosu.pki.TlsFolder;
import io.mosu.scheduler.api.ApiContext;
import io.mosu.scheduler.api.HttpApi;
import io.mosu.scheduler.api.ShardedEntities;
import io.mosu.scheduler.door.AgentDoor;
import io.mosu.scheduler.door.Enrolment;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.management.javadsl.PekkoManagement;

/** {@code mosu server}: one scheduler node of a cluster. */
public final class ServerMain {

  private static final int USAGE = 64;
  private static final int UNAVAILABLE = 5;

  /** How long requests in flight may still take when the scheduler node is told to stop. */
  private static final Duration HTTP_GRACE = Duration.ofSeconds(2);

  private ServerMain() {}

  public static void main(String[] args) {
    if (args.length > 0) {
      end(USAGE, "mosu server takes no arguments", "settings come by -Dconfig.file and MOSU_*");
    }
    try {
      start(NodeConfig.load());
    } catch (ConfigException wrong) {
      end(USAGE, String.valueOf(wrong.getMessage()), "see reference.conf for each key");
    } catch (Certificates.Unusable insecure) {
      end(
          USAGE,
          String.valueOf(insecure.getMessage()),
          "mosu ca init; mosu ca node DIR; set MOSU_CERTIFICATES=DIR MOSU_HTTP_TLS=on, or use 127.0.0.1");
    } catch (Schema.Unavailable | SQLException away) {
      end(
          UNAVAILABLE,
          String.valueOf(away.getMessage()),
          "start the database, or set MOSU_DATABASE_URL");
    }
  }

  /** Starts a scheduler node in this process; it runs until it is told to stop. */
  static ActorSystem<?> start(Config plain)
      throws Schema.Unavailable, SQLException, Certificates.Unusable {
    Config config = Certificates.secured(plain);
    MosuSettings settings = MosuSettings.from(config);
    if (settings.database().applySchema()) {
      Schema.apply(settings.database());
    }
    StoreProbe probe = new StoreProbe(settings.database());
    StoreProbe.Journaled journaled = probe.journaled();
    List<String> seeds = config.getStringList(NodeConfig.SEED_NODES);
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.setup(
                context -> {
                  SchedulerNode node = new SchedulerNode(context, settings, probe, journaled);
                  serve(context.getSystem(), settings, node);
                  context.spawn(WarmUpActor.create(seeds), "warm-up");
                  return Behaviors.empty();
                }),
            settings.clusterName(),
            config.withValue(NodeConfig.SEED_NODES, ConfigValueFactory.fromIterable(List.of())));
    PekkoManagement.get(system).start();
    return system;
  }

  private static void serve(ActorSystem<?> system, MosuSettings settings, SchedulerNode node) {
    ApiContext api =
        new ApiContext(
            system,
            new ShardedEntities(node.sharding(), node.gate()),
            node.board(),
            node.tally()::counts,
            new JdbcBlobStore(settings.database(), settings.workdir(), Clock.systemUTC()),
            new ApiContext.Streams(
                settings.streams().limit(), settings.streams().idle(), settings.streams().life()),
            door(system, settings, node));
    MosuSettings.Http http = settings.http();
    HttpApi.bind(
            api, http.host(), http.port(), Certificates.ofHttp(settings).map(ServerMain::https))
        .whenComplete(
            (binding, failure) -> {
              if (binding == null) {
                system
                    .log()
                    .error(
                        "cannot listen host={} port={} cause={}: set MOSU_HTTP_PORT",
                        http.host(),
                        http.port(),
                        String.valueOf(failure));
                system.terminate();
              } else {
                binding.addToCoordinatedShutdown(HTTP_GRACE, system);
                system.log().info("serving address={}", binding.localAddress());
              }
            });
  }

  private static Route door(ActorSystem<?> system, MosuSettings settings, SchedulerNode node) {
    MosuSettings.Door door = settings.door();
    Route agents =
        AgentDoor.route(system, node.sharding(), door.frameLimitBytes(), settings.http().tls());
    if (!settings.http().tls()) {
      return agents;
    }
    Clock clock = Clock.systemUTC();
    Enrolment enrolment =
        new Enrolment(
            Path.of(settings.certificates()),
            door.certificateValidity(),
            new JdbcTokenUses(settings.database(), clock),
            clock);
    return Directives.concat(enrolment.route(system, door.path()), agents);
  }

  /** Each connection's end is made when it comes: certificates that were replaced count at once. */
  private static HttpsConnectionContext https(TlsFolder folder) {
    return ConnectionContext.httpsServer(folder::serverEngine);
  }

  private static void end(int code, String what, String advice) {
    System.err.println("error: " + what);
    System.err.println("hint: " + advice);
    System.exit(code);
  }
}
