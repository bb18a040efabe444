// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A client's side of TLS towards servers that are known by one name, whatever their address. */
public final class TlsClient {
  private TlsClient() {}

  /** Believes whom {@code authority} has issued a certificate for {@code name}. */
  public static SSLContext of(X509Certificate authority, String name) throws IOException {
    try {
      return TlsParts.context(new KeyManager[0], known(authority, name));
    } catch (GeneralSecurityException broken) {
      throw new IOException("the authority's certificate does not serve: " + broken, broken);
    }
  }

  /**
   * The same by a folder's authority, and shows the folder's certificate.
   *
   * @throws IOException with a text for the operator
   */
  public static SSLContext of(Path folder, String name) throws IOException {
    try {
      return TlsParts.context(
          TlsParts.showing(
              Pem.certificate(folder.resolve(TlsFolder.CERTIFICATE)),
              Pem.key(folder.resolve(TlsFolder.KEY))),
          known(Pem.certificate(folder.resolve(TlsFolder.NODES_AUTHORITY)), name));
    } catch (GeneralSecurityException broken) {
      throw new IOException(folder + " holds no certificate and key: " + broken, broken);
    }
  }

  /** Believes anybody: only for what is checked by other means. */
  public static SSLContext unverified() throws IOException {
    try {
      return TlsParts.context(new KeyManager[0], new Known(null, ""));
    } catch (GeneralSecurityException impossible) {
      throw new IOException("this Java has no " + TlsParts.PROTOCOL, impossible);
    }
  }

  private static Known known(X509Certificate authority, String name)
      throws GeneralSecurityException, IOException {
    return new Known((X509TrustManager) TlsParts.trusting(authority)[0], name);
  }

  /** Not the address counts but the name; so Java must not look at the address. */
  private static final class Known extends X509ExtendedTrustManager {
    private static final int DNS_NAME = 2;
    private final @Nullable X509TrustManager chain;
    private final String name;

    Known(@Nullable X509TrustManager chain, String name) {
      this.chain = chain;
      this.name = name;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] given, String type)
        throws CertificateException {
      X509TrustManager authority = chain;
      if (authority == null) {
        return;
      }
      authority.checkServerTrusted(given, type);
      if (!names(given[0]).contains(List.of(DNS_NAME, name))) {
        throw new CertificateException("the server's certificate is not for " + name);
      }
    }

    private static List<List<?>> names(X509Certificate certificate)
        throws CertificateParsingException {
      var names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : List.copyOf(names);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] given, String type, Socket socket)
        throws CertificateException {
      checkServerTrusted(given, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] given, String type, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(given, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] given, String type)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] given, String type, Socket socket)
        throws CertificateException {
      checkClientTrusted(given, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] given, String type, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(given, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
