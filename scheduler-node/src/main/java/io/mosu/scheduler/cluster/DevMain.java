// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.mosu.agent.AgentMain;
import io.mosu.cli.MosuCommandLine;
import io.mosu.cli.Session;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * {@code mosu dev}: a scheduler node on an embedded database, agents of three suppliers that run
 * real processes on simulated devices, and a first job, all in one process on loopback.
 */
public final class DevMain {

  private static final int USAGE = 64;
  private static final int UNAVAILABLE = 5;

  private static final List<Pool> POOLS =
      List.of(
          new Pool("aurora", "east", "8xH100", 6),
          new Pool("borealis", "north", "8xA100", 5),
          new Pool("cirrus", "west", "8x910B", 5));

  /** The log's variable, as in logback.xml: a first run is to be read by a person. */
  private static final String LOG_LEVEL = "MOSU_LOG_LEVEL";

  private static final String EXAMPLE =
      "echo task $RANK of $WORLD_SIZE of $MOSU_JOB_ID has GPUs $CUDA_VISIBLE_DEVICES";

  private DevMain() {}

  /** One supplier's simulated hosts. */
  private record Pool(String supplier, String site, String devices, int nodes) {}

  public static void main(String[] args) {
    boolean once = args.length == 1 && args[0].equals("--once");
    if (args.length > 0 && !once) {
      end(USAGE, "mosu dev knows only --once", "with --once it ends after the example");
    }
    if (System.getenv(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "ERROR");
      System.setProperty("pekko.stdout-loglevel", "OFF");
      System.setProperty("slf4j.internal.verbosity", "ERROR");
    }
    Config config = NodeConfig.load("config/dev");
    MosuSettings settings;
    ActorSystem<?> system;
    try {
      settings = MosuSettings.from(config);
      system = ServerMain.start(config);
    } catch (ConfigException wrong) {
      end(USAGE, String.valueOf(wrong.getMessage()), "see reference.conf for each key");
      return;
    } catch (Certificates.Unusable insecure) {
      end(USAGE, String.valueOf(insecure.getMessage()), "mosu dev stays on 127.0.0.1");
      return;
    } catch (Schema.Unavailable | SQLException away) {
      end(
          UNAVAILABLE,
          String.valueOf(away.getMessage()),
          "another mosu dev may run here; its data is in .mosu/dev");
      return;
    }
    String address = settings.http().host() + ":" + settings.http().port();
    List<ActorSystem<?>> agents =
        POOLS.stream().flatMap(pool -> startAgent(pool, address).stream()).toList();
    int code = example(address);
    if (once) {
      agents.forEach(ActorSystem::terminate);
      CoordinatedShutdown.get(system)
          .runAll(CoordinatedShutdown.jvmExitReason())
          .whenComplete((done, failure) -> Runtime.getRuntime().halt(code));
      return;
    }
    System.out.printf(
        "%nmosu is up: http://%s/wall shows every GPU%n"
            + "in another terminal: scripts/mosu run --gpus 2 -- sh -c 'echo $CUDA_VISIBLE_DEVICES'%n"
            + "Ctrl-C ends it; jobs and their history stay in .mosu/dev%n",
        address);
  }

  private static Optional<ActorSystem<?>> startAgent(Pool pool, String address) {
    return AgentMain.launch(
        "--door",
        "http://" + address,
        "--name",
        pool.supplier(),
        "--supplier",
        pool.supplier(),
        "--site",
        pool.site(),
        "--simulate",
        pool.devices(),
        "--nodes",
        String.valueOf(pool.nodes()),
        "--processes",
        "--state",
        ".mosu/dev/agent-" + pool.supplier());
  }

  /** Two tenants submit; the first one's output and decision are shown. Returns its exit code. */
  private static int example(String address) {
    Session session = Session.ofProcess();
    submit(address, session, "beta", "--gpus", "1", "--", "sh", "-c", "echo hello");
    String job =
        submit(address, session, "acme", "--nodes", "2", "--gpus", "4", "--", "sh", "-c", EXAMPLE);
    if (job.isEmpty()) {
      return 1;
    }
    execute(session, "logs", "--address", address, "--follow", job);
    int code = execute(session, "wait", "--address", address, job);
    session.out().println();
    execute(session, "why", "--address", address, job);
    return code;
  }

  /** Returns the job's id; empty if it was refused, which the command has said already. */
  private static String submit(
      String address, Session session, String tenant, String... flagsAndCommand) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "run", "--detach", "--address", address, "--tenant", tenant, "--name", "hello"));
    args.addAll(List.of(flagsAndCommand));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Session captured =
        new Session(
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            session.err(),
            session.in(),
            session.environment(),
            session.clock());
    int code = execute(captured, args.toArray(String[]::new));
    return code == 0 ? printed.toString(StandardCharsets.UTF_8).strip() : "";
  }

  private static int execute(Session session, String... args) {
    return MosuCommandLine.execute(args, session);
  }

  private static void end(int code, String what, String advice) {
    System.err.println("error: " + what);
    System.err.println("hint: " + advice);
    System.exit(code);
  }
}
