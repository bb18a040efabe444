// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/**
 * What a tenant may use.
 *
 * @param guaranteedMilli GPU milli that it gets back from those who borrowed them, when it needs
 *     them
 * @param limitMilli GPU milli that it never goes beyond, at least what is guaranteed
 * @param weight its part of what is lent against that of others, 1 to {@link #WEIGHT_MAX}
 */
public record Quota(long guaranteedMilli, long limitMilli, int weight) {

  /** More than any cluster has: a million GPUs. */
  public static final long MILLI_MAX = 1_000_000_000;

  public static final int WEIGHT_MAX = 1_000;

  /** Nothing is guaranteed, and all may be borrowed. */
  public static final Quota NONE = new Quota(0, MILLI_MAX, 1);

  public Quota {
    if (guaranteedMilli < 0 || limitMilli < guaranteedMilli || limitMilli > MILLI_MAX) {
      throw new IllegalArgumentException(
          "guaranteed %d and limit %d GPU milli: 0 <= guaranteed <= limit <= %d"
              .formatted(guaranteedMilli, limitMilli, MILLI_MAX));
    }
    if (weight < 1 || weight > WEIGHT_MAX) {
      throw new IllegalArgumentException("weight %d: 1 to %d".formatted(weight, WEIGHT_MAX));
    }
  }

  /** What is borrowed by one who uses {@code usedMilli}; 0 within the guarantee. */
  public long borrowedMilli(long usedMilli) {
    return Math.max(0, usedMilli - guaranteedMilli);
  }

  /** {@code milli} in GPUs, for people. */
  public static String gpus(long milli) {
    return milli % Device.WHOLE_MILLI == 0
        ? Long.toString(milli / Device.WHOLE_MILLI)
        : Double.toString(milli / (double) Device.WHOLE_MILLI);
  }
}
