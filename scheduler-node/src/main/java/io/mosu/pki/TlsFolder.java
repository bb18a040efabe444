// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * One side's certificate and key, {@code tls.crt} and {@code tls.key}, with the authority whose
 * certificates the other side is to have. Read again when a file has changed: connections that
 * stand go on, new ones use what is there now.
 */
public final class TlsFolder {

  /** The authority of scheduler nodes, in every folder. */
  public static final String NODES_AUTHORITY = "ca.crt";

  /** The authority of agents, in the folders of scheduler nodes. */
  public static final String AGENTS_AUTHORITY = "agents.crt";

  /** The key of the agents' authority, where a scheduler node lets agents join and renew. */
  public static final String AGENTS_KEY = "agents.key";

  /** One's own certificate. */
  public static final String CERTIFICATE = "tls.crt";

  static final String KEY = "tls.key";
  private static final byte[] PROBE = {1, 2, 3};

  private final Path folder;
  private final String trusted;
  private @Nullable SSLContext context;
  private List<FileTime> read = List.of();

  /**
   * One side's.
   *
   * @param trusted the file with the authority of the other side
   */
  public TlsFolder(Path folder, String trusted) {
    this.folder = folder;
    this.trusted = trusted;
  }

  /**
   * Looks whether the files fit together and are valid now.
   *
   * @param issuer the file with the authority that is to have issued the certificate, if it is
   *     there
   * @throws IOException with a text for the operator
   */
  public static void check(Path folder, @Nullable String issuer) throws IOException {
    Path file = folder.resolve(CERTIFICATE);
    X509Certificate own = Pem.certificate(file);
    PrivateKey key = Pem.key(folder.resolve(KEY));
    try {
      own.checkValidity();
      if (issuer != null) {
        own.verify(Pem.certificate(folder.resolve(issuer)).getPublicKey());
      }
    } catch (CertificateExpiredException | CertificateNotYetValidException outOfDate) {
      throw new IOException(file + " is not valid now: " + outOfDate.getMessage(), outOfDate);
    } catch (GeneralSecurityException foreign) {
      throw new IOException(
          file + " was not issued by the authority of " + folder.resolve(issuer), foreign);
    }
    if (!belongs(key, own)) {
      throw new IOException(folder.resolve(KEY) + " is not the key of " + file);
    }
  }

  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  /** One connection's end that lets clients in, and asks them for a certificate. */
  public SSLEngine serverEngine() throws IOException {
    SSLEngine engine = context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(new String[] {TlsParts.PROTOCOL});
    engine.setWantClientAuth(true);
    return engine;
  }

  /**
   * The end of a client.
   *
   * @param name what the server's certificate has to be for
   */
  public SSLEngine clientEngine(String name) throws IOException {
    check(folder, null);
    SSLEngine engine = context().createSSLEngine(name, 0);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {TlsParts.PROTOCOL});
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  private synchronized SSLContext context() throws IOException {
    List<FileTime> now = new ArrayList<>();
    for (String file : List.of(CERTIFICATE, KEY, trusted)) {
      now.add(Files.getLastModifiedTime(folder.resolve(file)));
    }
    SSLContext known = context;
    if (known != null && now.equals(read)) {
      return known;
    }
    try {
      SSLContext fresh = load();
      context = fresh;
      read = now;
      return fresh;
    } catch (IOException | GeneralSecurityException broken) {
      if (known != null) {
        return known; // half of a rotation: the other half is still to come
      }
      throw broken instanceof IOException unreadable
          ? unreadable
          : new IOException(folder + " holds no certificate and key: " + broken, broken);
    }
  }

  private SSLContext load() throws IOException, GeneralSecurityException {
    X509Certificate own = Pem.certificate(folder.resolve(CERTIFICATE));
    PrivateKey key = Pem.key(folder.resolve(KEY));
    if (!belongs(key, own)) {
      throw new IOException(folder.resolve(KEY) + " is not the key of " + CERTIFICATE);
    }
    return TlsParts.context(
        TlsParts.showing(own, key), TlsParts.trusting(Pem.certificate(folder.resolve(trusted))));
  }
}
