// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** As whom tasks run: without new privileges always, as another user where the agent is root. */
final class RunAs {
  private static final List<String> NO_PRIVILEGES =
      List.of("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all");

  /** A user of this host. */
  record User(String name, int uid, int gid) {}

  private final @Nullable Path setpriv;
  private final boolean root;
  private final Map<String, User> byTenant;
  private final @Nullable User otherwise;

  private RunAs(
      @Nullable Path setpriv, boolean root, Map<String, User> byTenant, @Nullable User otherwise) {
    this.setpriv = setpriv;
    this.root = root;
    this.byTenant = byTenant;
    this.otherwise = otherwise;
  }

  /** As the agent itself, without a look at the host. */
  static RunAs agent() {
    return new RunAs(null, false, Map.of(), null);
  }

  /**
   * Reads {@code TENANT=USER} and {@code USER} for all others.
   *
   * @param passwd the lines of {@code /etc/passwd}
   * @throws IllegalArgumentException if it cannot be done on this host
   */
  static RunAs of(List<String> given, List<String> passwd, boolean root, @Nullable Path setpriv) {
    if (!given.isEmpty() && (!root || setpriv == null)) {
      throw new IllegalArgumentException(
          "--run-as needs " + (root ? "setpriv (package util-linux)" : "an agent that is root"));
    }
    Map<String, User> byTenant = new HashMap<>();
    User otherwise = null;
    for (String entry : given) {
      int equals = entry.indexOf('=');
      User user = user(entry.substring(equals + 1), passwd);
      if (equals < 0) {
        otherwise = user;
      } else {
        byTenant.put(entry.substring(0, equals), user);
      }
    }
    return new RunAs(setpriv, root, byTenant, otherwise);
  }

  /** With what is on this host. */
  static RunAs onThisHost(List<String> given) throws IOException {
    Path passwd = Path.of("/etc/passwd");
    Path self = Path.of("/proc/self");
    boolean root =
        Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
    Optional<Path> setpriv =
        Stream.of("/usr/bin/setpriv", "/bin/setpriv")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    return of(
        given,
        Files.exists(passwd) ? Files.readAllLines(passwd) : List.of(),
        root,
        setpriv.orElse(null));
  }

  /** The user of the tenant's tasks; empty for the agent's own. */
  Optional<User> user(TenantId tenant) {
    return Optional.ofNullable(byTenant.getOrDefault(tenant.value(), otherwise));
  }

  /** The words before a task's argv; none where the host has no setpriv. */
  List<String> words(TenantId tenant) {
    if (setpriv == null) {
      return List.of();
    }
    List<String> words = new ArrayList<>(List.of(setpriv.toString()));
    if (root) {
      words.addAll(NO_PRIVILEGES);
    } else {
      words.add(NO_PRIVILEGES.get(0)); // the rest takes privileges to give them up
    }
    user(tenant)
        .ifPresent(
            user ->
                words.addAll(
                    List.of("--reuid=" + user.uid(), "--regid=" + user.gid(), "--clear-groups")));
    words.add("--");
    return words;
  }

  /**
   * Refuses what cannot be fenced: a task that runs as root can leave its cgroup and end the guard.
   *
   * @param serving whether the agent speaks with certificates, thus to others than this host
   * @throws IllegalArgumentException with what to do
   */
  void check(boolean serving) {
    if (serving && root && otherwise == null) {
      throw new IllegalArgumentException(
          "an agent that is root does not start tenants' tasks as root: give --run-as USER, a user"
              + " without rights on this host (or --run-as root, where all tenants are trusted)");
    }
  }

  /** For a log. */
  String inWords() {
    return otherwise != null ? otherwise.name() : root ? "root, see --run-as" : "the agent's user";
  }

  private static User user(String name, List<String> passwd) {
    for (String line : passwd) {
      String[] fields = line.split(":", -1);
      if (fields.length > 3 && fields[0].equals(name)) {
        return new User(name, Integer.parseInt(fields[2]), Integer.parseInt(fields[3]));
      }
    }
    throw new IllegalArgumentException("--run-as: this host has no user '" + name + "'");
  }
}
