// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The scheduler nodes to try, in the order given by {@code --address} or MOSU_ADDR. */
final class Addresses {
  private static final String DEFAULT = "http://127.0.0.1:8470";
  private static final int COUNT_MAX = 64;

  private Addresses() {}

  static List<String> of(@Nullable String option, Map<String, String> environment) {
    String list = option;
    if (list == null || list.isBlank()) {
      list = environment.getOrDefault("MOSU_ADDR", "");
    }
    if (list.isBlank()) {
      list = DEFAULT;
    }
    List<String> addresses = new ArrayList<>();
    for (String entry : list.split(",", COUNT_MAX)) {
      if (!entry.isBlank()) {
        addresses.add(origin(entry.strip()));
      }
    }
    return addresses;
  }

  private static String origin(String entry) {
    String full = entry.contains("://") ? entry : "http://" + entry;
    try {
      URI uri = new URI(full);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getQuery() == null) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getPath() == null ? "" : uri.getPath();
        return uri.getScheme()
            + "://"
            + uri.getHost()
            + port
            + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
      }
    } catch (URISyntaxException malformed) {
      // Reported below, with the entry as it was given.
    }
    throw CliFailure.usage(
        "not an address of a scheduler node: " + entry,
        "give host:port or http(s)://host:port, several separated by commas");
  }
}
