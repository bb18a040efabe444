// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu;

import io.mosu.cli.MosuCommandLine;
import io.mosu.cli.Session;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Map;

/** The program {@code mosu}: some verbs need the server's classes, all others are a client's. */
public final class Mosu {

  /**
   * Looked up by name, so that a client verb never loads the classes (and with them Pekko) that a
   * service needs.
   */
  private static final Map<String, String> SERVICES =
      Map.of(
          "server", "io.mosu.scheduler.cluster.ServerMain",
          "agent", "io.mosu.agent.AgentMain",
          "ca", "io.mosu.pki.CaMain",
          "dev", "io.mosu.scheduler.cluster.DevMain",
          "verify", "io.mosu.scheduler.metering.VerifyMain",
          "simulate", "io.mosu.simulation.study.SimulateMain");

  private Mosu() {}

  public static void main(String[] args) {
    String service = args.length == 0 ? null : SERVICES.get(args[0]);
    if (service == null) {
      System.exit(runClient(args));
    } else {
      runService(args[0], service, Arrays.copyOfRange(args, 1, args.length));
    }
  }

  /** Whatever goes wrong, a person gets a line to read and not a stack trace. */
  private static int runClient(String[] args) {
    try {
      return MosuCommandLine.execute(args, Session.ofProcess());
    } catch (RuntimeException | Error unexpected) {
      System.err.println("error: unexpected " + unexpected);
      return 1;
    }
  }

  private static void runService(String verb, String className, String[] args) {
    try {
      Class.forName(className).getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException absent) {
      fail("this build has no `mosu " + verb + "`: " + className + " is missing or has no main");
    } catch (InvocationTargetException thrown) {
      Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
      String message = cause.getMessage();
      fail("`mosu " + verb + "` failed: " + (message == null ? cause.getClass() : message));
    }
  }

  private static void fail(String what) {
    System.err.println("error: " + what);
    System.err.println("hint: see the log above, or build again: mvn -DskipTests package");
    System.exit(1);
  }
}
