// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Spoils bytes as a broken or hostile sender would. */
final class Damaged {
  private Damaged() {}

  static byte[] from(byte[] sound, SplittableRandom random) {
    byte[] bytes = sound.clone();
    switch (random.nextInt(5)) {
      case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 1 -> random.nextBytes(bytes);
      case 2 -> {
        bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
      }
      case 3 -> {
        int more = random.nextInt(20);
        bytes = Arrays.copyOf(bytes, bytes.length + more);
      }
      default -> {}
    }
    for (int flips = random.nextInt(5); flips > 0 && bytes.length > 0; flips--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }
}
