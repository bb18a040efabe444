// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * For which nodes the owner of a certificate may speak, and until when.
 *
 * @param names ids of nodes; one that ends with {@code *} stands for all that begin with the rest
 */
public record AgentNames(List<String> names, Instant until) {

  static final String URI = "mosu://agent/";

  private static final int URI_NAME = 6;

  public AgentNames {
    names = List.copyOf(names);
  }

  /** What {@code certificate} says; no names if it is not an agent's. */
  public static AgentNames of(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      var alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> name : alternatives == null ? List.<List<?>>of() : alternatives) {
        if (name.get(0).equals(URI_NAME) && name.get(1).toString().startsWith(URI)) {
          names.add(name.get(1).toString().substring(URI.length()));
        }
      }
    } catch (CertificateParsingException damaged) {
      names.clear();
    }
    return new AgentNames(names, certificate.getNotAfter().toInstant());
  }

  /** Whether {@code node} is among them. */
  public boolean include(String node) {
    return names.stream()
        .anyMatch(
            name ->
                name.endsWith("*")
                    ? node.startsWith(name.substring(0, name.length() - 1))
                    : node.equals(name));
  }
}
