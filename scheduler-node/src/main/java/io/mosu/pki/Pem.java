// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/** Certificates and keys as PEM files. */
public final class Pem {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";
  private static final int LINE = 64;

  private Pem() {}

  /**
   * Reads the first certificate of a file.
   *
   * @throws IOException with a text for the operator
   */
  public static X509Certificate certificate(Path file) throws IOException {
    return certificate(file.toString(), read(file));
  }

  /** The same from {@code text}, which came from {@code origin}. */
  public static X509Certificate certificate(String origin, String text) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(decode(origin, text, CERTIFICATE)));
    } catch (GeneralSecurityException broken) {
      throw new IOException(origin + " holds no X.509 certificate", broken);
    }
  }

  /** A certificate as PEM. */
  public static String text(X509Certificate certificate) {
    try {
      return encode(CERTIFICATE, certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Reads an RSA key, PKCS#8.
   *
   * @throws IOException with a text for the operator
   */
  public static PrivateKey key(Path file) throws IOException {
    try {
      return KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(decode(file.toString(), read(file), KEY)));
    } catch (GeneralSecurityException broken) {
      throw new IOException(file + " holds no RSA key in PKCS#8", broken);
    }
  }

  /** Anybody may read it. */
  public static void write(Path file, X509Certificate certificate) throws IOException {
    write(file, text(certificate), "rw-r--r--");
  }

  static void write(Path file, PrivateKey key) throws IOException {
    write(file, encode(KEY, key.getEncoded()), "rw-------");
  }

  /** Replaces the file at once, so that nobody reads half of it. */
  private static void write(Path file, String text, String permissions) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    Files.writeString(fresh, text, StandardOpenOption.TRUNCATE_EXISTING);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static String encode(String kind, byte[] bytes) {
    String body =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException absent) {
      throw new IOException(file + " is absent", absent);
    }
  }

  static byte[] decode(String origin, String text, String kind) throws IOException {
    String begin = "-----BEGIN " + kind + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + kind + "-----");
    if (from < 0 || to < from) {
      throw new IOException(origin + " holds no " + kind.toLowerCase(Locale.ROOT));
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    } catch (IllegalArgumentException broken) {
      throw new IOException(origin + " is damaged", broken);
    }
  }

  /** A folder that only its owner may enter. */
  static void folder(Path folder) throws IOException {
    Files.createDirectories(
        folder,
        PosixFilePermissions.asFileAttribute(
            Set.copyOf(PosixFilePermissions.fromString("rwx------"))));
  }
}
