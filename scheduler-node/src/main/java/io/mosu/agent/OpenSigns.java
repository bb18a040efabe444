// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.host.HostReport;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was seen of devices and is not kept by the node yet: the latest of each device and code. */
final class OpenSigns {

  private record Key(String uuid, String code) {}

  private record Numbered(DeviceSign sign, long number) {}

  private final Map<Key, Numbered> open = new LinkedHashMap<>();
  private long number;
  private long resendTickMs = Long.MAX_VALUE;

  /** Beyond the limit the oldest goes: a device that shows so many is out by those it has told. */
  void add(List<DeviceSign> seen) {
    number++;
    for (DeviceSign sign : seen) {
      Key key = new Key(sign.uuid(), sign.code());
      open.remove(key);
      open.put(key, new Numbered(sign, number));
    }
    Iterator<Key> oldest = open.keySet().iterator();
    for (int over = open.size() - HostReport.Signs.MAX; over > 0; over--) {
      oldest.next();
      oldest.remove();
    }
  }

  /** The node has kept what was told up to that number. */
  void kept(long upTo) {
    open.values().removeIf(told -> told.number() <= upTo);
    if (open.isEmpty()) {
      rest();
    }
  }

  long number() {
    return number;
  }

  List<DeviceSign> open() {
    return open.values().stream().map(Numbered::sign).toList();
  }

  /** Whether there is anything to say; if so, it is due again then. */
  boolean due(long againTickMs) {
    resendTickMs = open.isEmpty() ? Long.MAX_VALUE : againTickMs;
    return !open.isEmpty();
  }

  long resendTickMs() {
    return resendTickMs;
  }

  /** There is nobody to tell. */
  void rest() {
    resendTickMs = Long.MAX_VALUE;
  }
}
