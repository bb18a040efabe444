// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Lets an agent ask for its first certificate, once and for a short time. Whoever has the agents'
 * authority can make one and look at one; it also tells the agent which scheduler nodes to believe.
 *
 * @param id of this token, no two are alike
 * @param until when it ends
 * @param authority SHA-256 of the certificate of the scheduler nodes' authority, in hexadecimal
 * @param names the nodes for which the agent may speak, as in {@link AgentNames}
 */
public record JoinToken(String id, Instant until, String authority, List<String> names) {

  /** What a name of a node looks like. */
  public static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}[*]?|[*]");

  private static final String KIND = "mosu1";
  private static final String MAC = "HmacSHA256";
  private static final int ID_BYTES = 16;
  private static final int LENGTH_MAX = 8_192;
  private static final int FIELDS = 4;
  private static final int PARTS = 3;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /** It is damaged, forged, or too old; the text is for the operator. */
  public static final class Unusable extends Exception {
    Unusable(String message) {
      super(message);
    }
  }

  public JoinToken {
    names = List.copyOf(names);
  }

  /** A new one. */
  public static JoinToken create(List<String> names, Instant until, X509Certificate authority) {
    byte[] id = new byte[ID_BYTES];
    new SecureRandom().nextBytes(id);
    return new JoinToken(HexFormat.of().formatHex(id), until, digest(authority), names);
  }

  /** As people pass it on; {@code agents} is the key of the agents' authority. */
  public String signed(PrivateKey agents) {
    String body =
        String.join(
            "|", id, Long.toString(until.getEpochSecond()), authority, String.join(",", names));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return KIND + "." + ENCODER.encodeToString(bytes) + "." + mac(agents, bytes);
  }

  /** What {@code text} says, which only {@link #verified} believes. */
  public static JoinToken parse(String text) throws Unusable {
    String[] parts = text.strip().split("[.]", -1);
    if (text.length() > LENGTH_MAX || parts.length != PARTS || !parts[0].equals(KIND)) {
      throw new Unusable("this is no join token; mosu ca token --for NODE makes one");
    }
    try {
      String body = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      String[] fields = body.split("[|]", -1);
      List<String> names = List.of(fields[fields.length - 1].split(",", -1));
      if (fields.length != FIELDS || !names.stream().allMatch(NAME.asMatchPredicate())) {
        throw new Unusable("the join token is damaged");
      }
      return new JoinToken(
          fields[0], Instant.ofEpochSecond(Long.parseLong(fields[1])), fields[2], names);
    } catch (IllegalArgumentException damaged) {
      throw new Unusable("the join token is damaged");
    }
  }

  /** What {@code text} says, if the agents' authority made it and it has not ended. */
  public static JoinToken verified(String text, PrivateKey agents, Instant now) throws Unusable {
    JoinToken token = parse(text);
    String[] parts = text.strip().split("[.]", -1);
    byte[] expected =
        mac(agents, Base64.getUrlDecoder().decode(parts[1])).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(expected, parts[2].getBytes(StandardCharsets.US_ASCII))) {
      throw new Unusable("the join token was not made by this cluster's authority of agents");
    }
    if (now.isAfter(token.until())) {
      throw new Unusable("the join token ended at " + token.until() + "; make another one");
    }
    return token;
  }

  /** Names a certificate, in hexadecimal. */
  public static String digest(X509Certificate certificate) {
    try {
      return digest(certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Names a key, in hexadecimal. */
  public static String digest(PublicKey key) {
    return digest(key.getEncoded());
  }

  private static String digest(byte[] encoded) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java has no SHA-256", impossible);
    }
  }

  private static String mac(PrivateKey agents, byte[] bytes) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update("mosu join token".getBytes(StandardCharsets.US_ASCII)); // a key for this alone
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(sha.digest(agents.getEncoded()), MAC));
      return ENCODER.encodeToString(mac.doFinal(bytes));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java has no " + MAC, impossible);
    }
  }
}
