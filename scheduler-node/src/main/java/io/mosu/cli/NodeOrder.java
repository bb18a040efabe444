// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an operator tells a node whose agent is, or may fall, silent. */
abstract class NodeOrder implements Callable<Integer> {
  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "NODE", index = "0", description = "The node's id.")
  String id = "";

  NodeOrder(Session session) {
    this.session = session;
  }

  /** The end of the request's path. */
  abstract String verb();

  @Override
  public final Integer call() {
    JsonObject node =
        options.client(session).json(Request.post("/v1/nodes/" + Request.encode(id) + verb()));
    if (options.isJson()) {
      options.print(session, node);
    } else {
      session.out().println(node.cell("id") + " " + node.cell("state"));
    }
    return ExitCodes.OK;
  }

  @Command(
      name = "freeze",
      description = "Let no lease of the node run out for a time, as for work on the network.")
  static final class Freeze extends NodeOrder {
    @Option(
        names = "--minutes",
        paramLabel = "N",
        defaultValue = "30",
        description = "For so long from now (${DEFAULT-VALUE}).")
    int minutes;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept.")
    String reason = "";

    Freeze(Session session) {
      super(session);
    }

    @Override
    String verb() {
      return ":freeze?seconds=" + 60L * minutes + "&reason=" + Request.encode(reason);
    }
  }

  @Command(name = "thaw", description = "End a freeze.")
  static final class Thaw extends NodeOrder {
    Thaw(Session session) {
      super(session);
    }

    @Override
    String verb() {
      return ":thaw";
    }
  }

  @Command(
      name = "release-lost",
      description = "Give back what a job holds on a node whose agent is silent: it is known gone.")
  static final class ReleaseLost extends NodeOrder {
    @Parameters(paramLabel = "JOB", index = "1", description = "The job's id.")
    String job = "";

    ReleaseLost(Session session) {
      super(session);
    }

    @Override
    String verb() {
      return ":release-lost?job=" + Request.encode(job);
    }
  }

  @Command(
      name = "forget-agent",
      description = "The node's silent agent is gone for good: another may speak for the node.")
  static final class ForgetAgent extends NodeOrder {
    ForgetAgent(Session session) {
      super(session);
    }

    @Override
    String verb() {
      return ":forget-agent";
    }
  }
}
