// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.door;

import io.mosu.pki.AgentNames;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.TlsSessionInfo;

/** Reads from a request's connection for whom its agent may speak; TLS has checked the rest. */
final class AgentCertificate {
  static final String MISSING =
      "an agent needs a certificate of the agents' authority that names its nodes;"
          + " mosu ca agent DIR --for NODE makes one, mosu agent --certificates DIR uses it";

  private AgentCertificate() {}

  static Optional<AgentNames> of(HttpRequest request) {
    return request
        .getHeader(TlsSessionInfo.class)
        .flatMap(
            info -> {
              try {
                var peer = info.getSession().getPeerCertificates();
                return peer.length > 0 && peer[0] instanceof X509Certificate certificate
                    ? Optional.of(AgentNames.of(certificate))
                    : Optional.<AgentNames>empty();
              } catch (SSLPeerUnverifiedException none) {
                return Optional.<AgentNames>empty();
              }
            })
        .filter(names -> !names.names().isEmpty());
  }
}
