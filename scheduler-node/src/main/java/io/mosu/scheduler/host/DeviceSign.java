// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

/**
 * What an agent saw of a device that may mean that it is going bad.
 *
 * @param uuid the device's
 * @param code what it was: {@code xid-79}, {@code ecc-uncorrectable}, {@code lost}, ...; at most
 *     {@link #CODE_MAX} characters
 * @param detail one line for people, at most {@link #DETAIL_MAX} characters
 * @param serial of two signs of one device and code, since one start of the host, the later has the
 *     higher one: a count, or milliseconds since the start
 */
public record DeviceSign(String uuid, String code, String detail, long serial) {
  public static final int CODE_MAX = 40;
  public static final int DETAIL_MAX = 200;

  public DeviceSign {
    if (code.length() > CODE_MAX || detail.length() > DETAIL_MAX) {
      throw new IllegalArgumentException("no sign: code " + code + ", detail " + detail);
    }
  }
}
