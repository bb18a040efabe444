// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.pki.CaMain;
import io.mosu.pki.JoinToken;
import io.mosu.pki.KeyRequest;
import io.mosu.pki.Pem;
import io.mosu.pki.TlsClient;
import io.mosu.pki.TlsFolder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets an agent's certificate from whichever door answers. Blocks. */
final class Enrolling {
  private static final Logger LOG = LoggerFactory.getLogger(Enrolling.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int NONE_ISSUED = 404;

  private final Path folder;
  private final List<String> doors;

  /** {@code doors} are the WebSocket addresses of the agents' door. */
  Enrolling(Path folder, List<String> doors) {
    this.folder = folder;
    this.doors = doors.stream().map(door -> door.replaceFirst("^wss:", "https:")).toList();
  }

  /** A door has answered that it will not; asking again with the same changes nothing. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /**
   * Gets the first certificate, unless there is a valid one: a token may stay on the command line.
   *
   * @throws Refused with a text for the operator
   */
  void join(String text) throws IOException {
    if (Files.exists(folder.resolve(TlsFolder.CERTIFICATE))) {
      try {
        TlsFolder.check(folder, null);
        return;
      } catch (IOException unusable) {
        LOG.info("joining anew cause={}", unusable.getMessage());
      }
    }
    JoinToken token;
    try {
      token = JoinToken.parse(text);
    } catch (JoinToken.Unusable unusable) {
      throw new Refused(String.valueOf(unusable.getMessage()));
    }
    KeyRequest request = new KeyRequest();
    anywhere(door -> join(door, text, token, request));
  }

  private X509Certificate join(String door, String text, JoinToken token, KeyRequest request)
      throws IOException {
    // not believed before it is what the token names
    String told = ask(TlsClient.unverified(), get(door + "/authority"));
    X509Certificate authority = Pem.certificate("what " + door + " says of its authority", told);
    if (!MessageDigest.isEqual(
        JoinToken.digest(authority).getBytes(StandardCharsets.US_ASCII),
        token.authority().getBytes(StandardCharsets.US_ASCII))) {
      throw new Refused(door + " is not of the cluster that the join token is for");
    }
    HttpRequest.Builder post =
        post(door + "/join", request).header("Authorization", "Bearer " + text.strip());
    String issued = ask(TlsClient.of(authority, CaMain.NODE_NAME), post);
    X509Certificate certificate = Pem.certificate("the answer", issued);
    request.keep(folder, certificate);
    Pem.write(folder.resolve(TlsFolder.NODES_AUTHORITY), authority);
    LOG.info("joined door={} names={} until={}", door, token.names(), end(certificate));
    return certificate;
  }

  /** Replaces the certificate by a fresh one with a new key. */
  X509Certificate renew() throws IOException {
    KeyRequest request = new KeyRequest();
    X509Certificate fresh =
        anywhere(
            door ->
                Pem.certificate(
                    "the answer",
                    ask(TlsClient.of(folder, CaMain.NODE_NAME), post(door + "/renew", request))));
    request.keep(folder, fresh);
    LOG.info("certificate renewed until={}", end(fresh));
    return fresh;
  }

  private static String end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().toString();
  }

  private interface Attempt<T> {
    T at(String door) throws IOException;
  }

  private <T> T anywhere(Attempt<T> attempt) throws IOException {
    IOException last = new IOException("there is no door at https");
    for (String door : doors) {
      if (door.startsWith("https:")) {
        try {
          return attempt.at(door);
        } catch (Refused refused) {
          throw refused;
        } catch (IOException failure) { // another may answer, or issue certificates
          LOG.warn("door does not serve door={} cause={}", door, failure.toString());
          last = failure;
        }
      }
    }
    throw last;
  }

  private static HttpRequest.Builder get(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
  }

  private static HttpRequest.Builder post(String url, KeyRequest request) {
    return get(url)
        .header("Content-Type", "text/plain")
        .POST(HttpRequest.BodyPublishers.ofString(request.pem()));
  }

  private static String ask(SSLContext trust, HttpRequest.Builder request) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(trust)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    HttpResponse<String> answer;
    try {
      answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", ended);
    }
    if (answer.statusCode() >= 500 || answer.statusCode() == NONE_ISSUED) {
      throw new IOException(answer.statusCode() + ": " + answer.body().strip());
    }
    if (answer.statusCode() != OK) {
      throw new Refused(answer.body().strip());
    }
    return answer.body();
  }
}
