// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/**
 * A key that signs certificates directly, without intermediates, as Pekko's provider of rotating
 * keys wants it. RSA, for the same reason.
 */
public record Authority(X509Certificate certificate, PrivateKey key) {

  private static final int RSA_BITS = 3_072;
  private static final int SERIAL_BITS = 127;
  private static final String SIGNATURE = "SHA256withRSA";

  /** Certificates count from a little earlier, for clocks differ; short ones by a tenth. */
  private static final Duration EARLIER = Duration.ofMinutes(5);

  private static final int EARLIER_PART = 10;

  /** A certificate and its key. */
  public record Issued(X509Certificate certificate, PrivateKey key) {}

  /** A new authority that signs for itself. */
  public static Authority create(String name, Duration validity, Instant now) {
    KeyPair pair = keyPair();
    X500Principal subject = new X500Principal("CN=" + name);
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            subject,
            serial(),
            Date.from(begin(validity, now)),
            Date.from(now.plus(validity)),
            subject,
            pair.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    } catch (CertIOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return new Authority(sign(builder, pair.getPrivate()), pair.getPrivate());
  }

  /**
   * The authority of agents, from a folder that has its key.
   *
   * @throws IOException with a text for the operator
   */
  public static Authority ofAgents(Path folder) throws IOException {
    return new Authority(
        Pem.certificate(folder.resolve(TlsFolder.AGENTS_AUTHORITY)),
        Pem.key(folder.resolve(TlsFolder.AGENTS_KEY)));
  }

  /**
   * A scheduler node's certificate, for both ends of a connection.
   *
   * @param names DNS names and IP addresses that it is valid for, the first one its common name
   */
  public Issued issue(List<String> names, Duration validity, Instant now) {
    GeneralName[] alternatives =
        names.stream()
            .map(
                name ->
                    new GeneralName(
                        IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName,
                        name))
            .toArray(GeneralName[]::new);
    KeyPair pair = keyPair();
    return new Issued(
        certify(
            pair.getPublic(),
            names.get(0),
            alternatives,
            validity,
            now,
            KeyPurposeId.id_kp_serverAuth,
            KeyPurposeId.id_kp_clientAuth),
        pair.getPrivate());
  }

  /**
   * An agent's certificate, for the client's end only.
   *
   * @param nodes for which it may speak, as in {@link AgentNames}
   */
  public Issued issueAgent(List<String> nodes, Duration validity, Instant now) {
    KeyPair pair = keyPair();
    return new Issued(certifyAgent(pair.getPublic(), nodes, validity, now), pair.getPrivate());
  }

  /** The same for a key that the agent keeps to itself. */
  public X509Certificate certifyAgent(
      PublicKey key, List<String> nodes, Duration validity, Instant now) {
    GeneralName[] alternatives =
        nodes.stream()
            .map(
                name ->
                    new GeneralName(GeneralName.uniformResourceIdentifier, AgentNames.URI + name))
            .toArray(GeneralName[]::new);
    return certify(key, "mosu-agent", alternatives, validity, now, KeyPurposeId.id_kp_clientAuth);
  }

  private X509Certificate certify(
      PublicKey owner,
      String commonName,
      GeneralName[] alternatives,
      Duration validity,
      Instant now,
      KeyPurposeId... purposes) {
    Instant end = now.plus(validity);
    Instant last = certificate.getNotAfter().toInstant();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            certificate.getSubjectX500Principal(),
            serial(),
            Date.from(begin(validity, now)),
            Date.from(end.isBefore(last) ? end : last),
            new X500Principal("CN=" + commonName),
            owner);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
    } catch (CertIOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return sign(builder, key);
  }

  private static Instant begin(Duration validity, Instant now) {
    Duration part = validity.dividedBy(EARLIER_PART);
    return now.minus(part.compareTo(EARLIER) < 0 ? part : EARLIER);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    } catch (OperatorCreationException | GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java cannot sign with " + SIGNATURE, impossible);
    }
  }

  static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(RSA_BITS);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java has no RSA", impossible);
    }
  }

  private static BigInteger serial() {
    return new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE);
  }
}
