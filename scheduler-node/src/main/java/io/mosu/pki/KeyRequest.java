// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A key that never leaves its owner, and the request (PKCS#10) to have it certified. */
public final class KeyRequest {
  private static final String KIND = "CERTIFICATE REQUEST";
  private static final String SIGNATURE = "SHA256withRSA";
  private static final int BITS_MIN = 2_048;

  private final KeyPair pair = Authority.keyPair();

  /** The request as PEM. */
  public String pem() {
    try {
      return Pem.encode(
          KIND,
          new JcaPKCS10CertificationRequestBuilder(
                  new X500Principal("CN=mosu-agent"), pair.getPublic())
              .build(new JcaContentSignerBuilder(SIGNATURE).build(pair.getPrivate()))
              .getEncoded());
    } catch (OperatorCreationException | IOException impossible) {
      throw new IllegalStateException("this Java cannot sign with " + SIGNATURE, impossible);
    }
  }

  /**
   * The key of the request in {@code pem}; what else it asks for does not count.
   *
   * @throws IOException if it is no request, is not signed by its key, or the key is too weak
   */
  public static PublicKey read(String pem) throws IOException {
    try {
      var request = new JcaPKCS10CertificationRequest(Pem.decode("the request", pem, KIND));
      PublicKey key = request.getPublicKey();
      if (!(key instanceof RSAPublicKey rsa) || rsa.getModulus().bitLength() < BITS_MIN) {
        throw new IOException("the request's key is not RSA of at least " + BITS_MIN + " bits");
      }
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new IOException("the request is not signed by its key");
      }
      return key;
    } catch (GeneralSecurityException | OperatorCreationException | PKCSException broken) {
      throw new IOException("the request is damaged", broken);
    }
  }

  /** Puts the key and what was issued for it where connections read them. */
  public void keep(Path folder, X509Certificate issued) throws IOException {
    if (!issued.getPublicKey().equals(pair.getPublic())) {
      throw new IOException("the certificate that came is for another key");
    }
    Pem.folder(folder);
    Pem.write(folder.resolve(TlsFolder.KEY), pair.getPrivate());
    Pem.write(folder.resolve(TlsFolder.CERTIFICATE), issued);
  }
}
