// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A client's side of TLS towards servers that are known by one name, whatever their address. */
public final class TlsClient {
  private static final String PROTOCOL = "TLSv1.3";

  private TlsClient() {}

  /** Believes whom {@code authority} has issued a certificate for {@code name}. */
  public static SSLContext of(X509Certificate authority, String name) throws IOException {
    return context(new KeyManager[0], new Known(trusting(authority), name));
  }

  /**
   * The same by a folder's authority, and shows the folder's certificate.
   *
   * @throws IOException with a text for the operator
   */
  public static SSLContext of(Path folder, String name) throws IOException {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      char[] password = {};
      X509Certificate own = Pem.certificate(folder.resolve(TlsFolder.CERTIFICATE));
      keys.setKeyEntry(
          "own", Pem.key(folder.resolve(TlsFolder.KEY)), password, new X509Certificate[] {own});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password);
      X509Certificate authority = Pem.certificate(folder.resolve(TlsFolder.NODES_AUTHORITY));
      return context(managers.getKeyManagers(), new Known(trusting(authority), name));
    } catch (GeneralSecurityException broken) {
      throw new IOException(folder + " holds no certificate and key: " + broken, broken);
    }
  }

  /** Believes anybody: only for what is checked by other means. */
  public static SSLContext unverified() throws IOException {
    return context(new KeyManager[0], new Known(null, ""));
  }

  private static SSLContext context(KeyManager[] keys, TrustManager trust) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(keys, new TrustManager[] {trust}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IOException("this Java has no " + PROTOCOL, impossible);
    }
  }

  private static X509TrustManager trusting(X509Certificate authority) throws IOException {
    try {
      KeyStore authorities = KeyStore.getInstance("PKCS12");
      authorities.load(null, null);
      authorities.setCertificateEntry("authority", authority);
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(authorities);
      return (X509TrustManager) managers.getTrustManagers()[0];
    } catch (GeneralSecurityException broken) {
      throw new IOException("the authority's certificate does not serve", broken);
    }
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
