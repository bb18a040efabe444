// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an operator tells nodes about the work that they take: drains, devices that are out. */
abstract class DutyOrder implements Callable<Integer> {
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})([smhd]?)");

  final Session session;
  @Mixin final ClientOptions options = new ClientOptions();

  DutyOrder(Session session) {
    this.session = session;
  }

  /** The ids of the nodes that are meant. */
  abstract List<String> nodes(ApiClient client);

  /** The end of the request's path. */
  abstract String verb();

  @Override
  public final Integer call() {
    ApiClient client = options.client(session);
    String verb = verb();
    for (String id : nodes(client)) {
      JsonObject node = client.json(Request.post("/v1/nodes/" + Request.encode(id) + verb));
      if (options.isJson()) {
        options.print(session, node);
      } else {
        session.out().println(node.cell("id") + " " + node.cell("state"));
      }
    }
    return ExitCodes.OK;
  }

  /** Those named, or all of a supplier that are there now. */
  static List<String> named(ApiClient client, List<String> ids, @Nullable String supplier) {
    if (ids.isEmpty() == (supplier == null)) {
      throw CliFailure.usage("name nodes, or --supplier", "list them with: mosu node ls");
    }
    return supplier == null ? ids : all(client, supplier);
  }

  /** The nodes that are there now, those of a supplier if one is named. */
  static List<String> all(ApiClient client, @Nullable String supplier) {
    String only = supplier == null ? "" : "?supplier=" + Request.encode(supplier);
    List<String> all = new ArrayList<>();
    for (JsonObject node : client.json(Request.get("/v1/nodes" + only)).objects("nodes")) {
      all.add(node.cell("id"));
    }
    if (all.isEmpty()) {
      throw CliFailure.usage(
          supplier == null ? "there is no node" : "no node of supplier " + supplier,
          "list the nodes with: mosu node ls");
    }
    return all;
  }

  /** {@code 90}, {@code 90s}, {@code 10m}, {@code 2h} or {@code 1d} in seconds. */
  static long seconds(String option, String text) {
    Matcher span = SPAN.matcher(text.toLowerCase(Locale.ROOT));
    if (!span.matches()) {
      throw CliFailure.usage(
          option + " takes a time such as 90s, 10m or 2h, not " + text, "write it as 10m");
    }
    long count = Long.parseLong(span.group(1));
    return switch (span.group(2)) {
      case "m" -> Duration.ofMinutes(count).toSeconds();
      case "h" -> Duration.ofHours(count).toSeconds();
      case "d" -> Duration.ofDays(count).toSeconds();
      default -> count;
    };
  }

  /** {@code +2h}, a local time such as {@code 2026-05-01T08:00}, or one with its offset. */
  static String instant(String option, String text, Instant now) {
    if (text.startsWith("+")) {
      return now.plusSeconds(seconds(option, text.substring(1))).toString();
    }
    try {
      boolean offset = text.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})");
      return offset
          ? OffsetDateTime.parse(text).toInstant().toString()
          : LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant().toString();
    } catch (DateTimeException wrong) {
      throw CliFailure.usage(
          option + " takes a time such as +2h or 2026-05-01T08:00, not " + text,
          "times without an offset are those of this host");
    }
  }

  @Command(
      name = "drain",
      description = {
        "Let nodes take no new work; what runs goes on.",
        "",
        "With --from and --until a maintenance window: it begins and ends by itself."
      })
  static final class Drain extends DutyOrder {
    @Parameters(paramLabel = "NODE", arity = "0..*", description = "Ids of nodes.")
    List<String> ids = new ArrayList<>();

    @Option(
        names = "--supplier",
        paramLabel = "SUPPLIER",
        description = "All nodes that this supplier has now.")
    @Nullable String supplier;

    @Option(
        names = "--deadline",
        paramLabel = "TIME",
        description =
            "So long after the begin what still runs is ended, and restarted elsewhere; 0 for at"
                + " once. Default: never, but with --until at the begin.")
    @Nullable String deadline;

    @Option(names = "--from", paramLabel = "TIME", description = "When it begins. Default: now.")
    @Nullable String from;

    @Option(names = "--until", paramLabel = "TIME", description = "When it ends. Default: never.")
    @Nullable String until;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept.")
    String reason = "";

    Drain(Session session) {
      super(session);
    }

    @Override
    List<String> nodes(ApiClient client) {
      return named(client, ids, supplier);
    }

    @Override
    String verb() {
      StringBuilder verb = new StringBuilder(":drain?reason=" + Request.encode(reason));
      Instant now = session.clock().instant();
      if (from != null) {
        verb.append("&from=").append(Request.encode(instant("--from", from, now)));
      }
      if (until != null) {
        verb.append("&until=").append(Request.encode(instant("--until", until, now)));
      }
      if (deadline != null || until != null) {
        verb.append("&deadline=").append(deadline == null ? 0 : seconds("--deadline", deadline));
      }
      return verb.toString();
    }
  }

  @Command(
      name = "undrain",
      description = "Let nodes take work again; with --device, lease a device again that was out.")
  static final class Undrain extends DutyOrder {
    @Parameters(paramLabel = "NODE", arity = "0..*", description = "Ids of nodes.")
    List<String> ids = new ArrayList<>();

    @Option(
        names = "--supplier",
        paramLabel = "SUPPLIER",
        description = "All nodes that this supplier has now.")
    @Nullable String supplier;

    @Option(
        names = "--device",
        paramLabel = "N",
        description = "Not the node, but its GPU of this index; its failures are forgotten.")
    @Nullable Integer device;

    Undrain(Session session) {
      super(session);
    }

    @Override
    List<String> nodes(ApiClient client) {
      return named(client, ids, supplier);
    }

    @Override
    String verb() {
      return device == null ? ":undrain" : ":restore?device=" + device;
    }
  }

  @Command(
      name = "quarantine",
      description = {
        "Take a GPU out: what runs on it ends and is restarted elsewhere.",
        "",
        "It stays out until: mosu node undrain NODE --device N"
      })
  static final class Quarantine extends DutyOrder {
    @Parameters(paramLabel = "NODE", description = "The node's id.")
    String id = "";

    @Option(names = "--device", paramLabel = "N", required = true, description = "The GPU's index.")
    int device;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept.")
    String reason = "";

    Quarantine(Session session) {
      super(session);
    }

    @Override
    List<String> nodes(ApiClient client) {
      return List.of(id);
    }

    @Override
    String verb() {
      return ":quarantine?device=" + device + "&reason=" + Request.encode(reason);
    }
  }

  @Command(
      name = "freeze",
      description = {
        "Let no lease run out for a time, as before work on the network or the control plane.",
        "",
        "All nodes that are there now; for one node: mosu node freeze NODE"
      })
  static final class FreezeAll extends DutyOrder {
    @Option(names = "--supplier", paramLabel = "SUPPLIER", description = "Only this one's nodes.")
    @Nullable String supplier;

    @Option(
        names = "--minutes",
        paramLabel = "N",
        defaultValue = "30",
        description = "For so long from now (${DEFAULT-VALUE}).")
    int minutes;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept.")
    String reason = "";

    FreezeAll(Session session) {
      super(session);
    }

    @Override
    List<String> nodes(ApiClient client) {
      return all(client, supplier);
    }

    @Override
    String verb() {
      return ":freeze?seconds=" + 60L * minutes + "&reason=" + Request.encode(reason);
    }
  }

  @Command(name = "thaw", description = "End the freeze of all nodes.")
  static final class ThawAll extends DutyOrder {
    @Option(names = "--supplier", paramLabel = "SUPPLIER", description = "Only this one's nodes.")
    @Nullable String supplier;

    ThawAll(Session session) {
      super(session);
    }

    @Override
    List<String> nodes(ApiClient client) {
      return all(client, supplier);
    }

    @Override
    String verb() {
      return ":thaw";
    }
  }
}
