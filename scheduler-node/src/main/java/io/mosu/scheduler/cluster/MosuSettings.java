// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import com.typesafe.config.Config;
import io.mosu.scheduler.node.HealthPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Every key under {@code mosu}, read and checked once at the start; reference.conf tells what each
 * means. What is wrong is refused with its key and where it was set.
 */
public record MosuSettings(
    String clusterName,
    String host,
    String certificates,
    Http http,
    int arteryPort,
    Management management,
    List<String> seedNodes,
    Database database,
    Negotiation negotiation,
    Lease lease,
    HealthPolicy health,
    Tenant tenant,
    Board board,
    Streams streams,
    Door door,
    Workdir workdir) {

  private static final int PORT_MAX = 65_535;
  private static final int ASKED_MAX = 64;
  private static final int ROUNDS_MAX = 100;
  private static final int POOL_MAX = 1_000;
  private static final int LOSSES_MAX = 1_000;
  private static final int STREAMS_MAX = 100_000;
  private static final int FRAME_LIMIT_MIN = 1_024;
  private static final int FRAME_LIMIT_MAX = 16 * 1_024 * 1_024;
  private static final int WORKDIR_LIMIT_MIB_MAX = 2_048;
  private static final int RENEWALS_PER_TTL_MIN = 2;

  public MosuSettings {
    seedNodes = List.copyOf(seedNodes);
  }

  /**
   * Where the API, the wall and the agents' door listen.
   *
   * @param tls whether the API and the agents' door take connections under TLS only
   */
  public record Http(String host, int port, boolean tls) {}

  /** Where a node says whether it is ready, and who its cluster's members are; never under TLS. */
  public record Management(String host, int port) {}

  public record Database(
      String url, String user, String password, int poolSize, boolean applySchema) {

    /** Without the password: settings are logged. */
    @Override
    public String toString() {
      return "Database[url=" + url + ", user=" + user + ", poolSize=" + poolSize + "]";
    }
  }

  public record Negotiation(
      int asked,
      int byChance,
      Duration deadline,
      Duration hold,
      int rounds,
      int liveLimit,
      Duration resend,
      Duration giveUp) {}

  public record Lease(Duration ttl, Duration renew, Duration skew) {}

  public record Tenant(int jobsLimit, int lossesLimit, Duration reserveAfter, Duration review) {}

  public record Board(Duration publish) {}

  public record Streams(int limit, Duration idle, Duration life) {}

  /**
   * Where agents come in.
   *
   * @param certificateValidity of the certificates that are issued to them
   */
  public record Door(String path, int frameLimitBytes, Duration certificateValidity) {}

  /** Archives of working directories: of one, of all, and how long they are kept unused. */
  public record Workdir(long limitBytes, long totalBytes, Duration keep) {}

  /** Reads a resolved configuration, reference.conf included. */
  public static MosuSettings from(Config root) {
    SettingsReader mosu = SettingsReader.of(root, "mosu");
    return new MosuSettings(
        mosu.name("cluster-name"),
        mosu.text("host"),
        mosu.textOrEmpty("certificates").strip(),
        new Http(
            mosu.text("http.host"), mosu.number("http.port", 0, PORT_MAX), mosu.flag("http.tls")),
        mosu.number("artery.port", 0, PORT_MAX),
        new Management(mosu.text("management.host"), mosu.number("management.port", 0, PORT_MAX)),
        seedNodes(mosu),
        database(mosu),
        negotiation(mosu),
        lease(mosu),
        HealthSettings.read(mosu),
        new Tenant(
            mosu.number("tenant.jobs-limit", 1, Integer.MAX_VALUE),
            mosu.number("tenant.losses-limit", 0, LOSSES_MAX),
            mosu.duration("tenant.reserve-after"),
            mosu.duration("tenant.review")),
        new Board(mosu.duration("board.publish")),
        new Streams(
            mosu.number("streams.limit", 1, STREAMS_MAX),
            mosu.duration("streams.idle"),
            mosu.duration("streams.life")),
        door(mosu),
        workdir(mosu));
  }

  private static List<String> seedNodes(SettingsReader mosu) {
    List<String> seeds = new ArrayList<>();
    for (String seed : mosu.texts("seed-nodes")) {
      int colon = seed.lastIndexOf(':');
      boolean wellFormed =
          colon > 0 && seed.substring(colon + 1).matches("[1-9][0-9]{0,4}") && !seed.contains("/");
      mosu.check("seed-nodes", wellFormed, "'" + seed + "' is not host:port");
      mosu.check(
          "seed-nodes",
          Integer.parseInt(seed.substring(colon + 1)) <= PORT_MAX,
          "'" + seed + "' has a port above " + PORT_MAX);
      seeds.add(seed);
    }
    mosu.check("seed-nodes", new HashSet<>(seeds).size() == seeds.size(), "names a node twice");
    return seeds;
  }

  private static Database database(SettingsReader mosu) {
    String url = mosu.text("database.url");
    mosu.check("database.url", url.startsWith("jdbc:"), "is not a JDBC URL");
    return new Database(
        url,
        mosu.text("database.user"),
        mosu.textOrEmpty("database.password"),
        mosu.number("database.pool-size", 1, POOL_MAX),
        mosu.flag("database.apply-schema"));
  }

  private static Negotiation negotiation(SettingsReader mosu) {
    Negotiation read =
        new Negotiation(
            mosu.number("negotiation.asked", 1, ASKED_MAX),
            mosu.number("negotiation.by-chance", 0, ASKED_MAX),
            mosu.duration("negotiation.deadline"),
            mosu.duration("negotiation.hold"),
            mosu.number("negotiation.rounds", 1, ROUNDS_MAX),
            mosu.number("negotiation.live-limit", 1, Integer.MAX_VALUE),
            mosu.duration("negotiation.resend"),
            mosu.duration("negotiation.give-up"));
    mosu.check(
        "negotiation.hold",
        read.hold().compareTo(read.deadline().multipliedBy(read.rounds())) >= 0,
        "must outlast negotiation.rounds times negotiation.deadline, or no proposal can be"
            + " awarded");
    mosu.check(
        "negotiation.give-up",
        read.giveUp().compareTo(read.resend()) > 0,
        "must be longer than negotiation.resend, or nothing is ever sent again");
    return read;
  }

  private static Lease lease(SettingsReader mosu) {
    Lease read =
        new Lease(
            mosu.duration("lease.ttl"),
            mosu.duration("lease.renew"),
            mosu.durationOrZero("lease.skew"));
    mosu.check(
        "lease.renew",
        read.renew().multipliedBy(RENEWALS_PER_TTL_MIN).compareTo(read.ttl()) <= 0,
        "must fit at least " + RENEWALS_PER_TTL_MIN + " times into lease.ttl");
    mosu.check(
        "lease.skew", read.skew().compareTo(read.ttl()) < 0, "must be shorter than lease.ttl");
    return read;
  }

  private static Workdir workdir(SettingsReader mosu) {
    int limitMib = mosu.number("workdir.limit-mib", 0, WORKDIR_LIMIT_MIB_MAX);
    int totalMib = mosu.number("workdir.total-mib", 0, Integer.MAX_VALUE);
    mosu.check(
        "workdir.total-mib", totalMib >= limitMib, "must not be less than workdir.limit-mib");
    return new Workdir((long) limitMib << 20, (long) totalMib << 20, mosu.duration("workdir.keep"));
  }

  private static Door door(SettingsReader mosu) {
    String path = mosu.text("door.path");
    mosu.check(
        "door.path",
        path.matches("(/[A-Za-z0-9_.-]+)+"),
        "must be an absolute HTTP path such as /agents");
    return new Door(
        path,
        mosu.bytes("door.frame-limit", FRAME_LIMIT_MIN, FRAME_LIMIT_MAX),
        mosu.duration("door.certificate-validity"));
  }
}
