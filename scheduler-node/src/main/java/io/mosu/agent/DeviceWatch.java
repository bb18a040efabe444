// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.agent.NvidiaSmi.Gpu;
import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.model.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells from what the vendor's tool and the kernel's log say which devices show a sign. What lasts
 * is a sign once, and again only after it was over.
 */
final class DeviceWatch {

  private final List<String> uuids;
  private final Map<String, List<String>> byPci = new HashMap<>();
  private final Map<String, Long> lastXidTickMs = new HashMap<>();
  private final Map<String, Long> errors = new HashMap<>();
  private final Map<String, Map<String, String>> lasting = new HashMap<>();

  /** Over the devices of the node's inventory. */
  DeviceWatch(List<Device> devices) {
    this.uuids = devices.stream().map(Device::uuid).toList();
  }

  /** What is new in the tool's answer. */
  List<DeviceSign> survey(List<Gpu> gpus, String listing, long tickMs) {
    Map<String, Map<String, String>> found = new HashMap<>();
    List<DeviceSign> signs = new ArrayList<>();
    Set<String> present = new HashSet<>();
    for (Gpu gpu : gpus) {
      List<String> parts =
          NvidiaDevices.devices(List.of(gpu), listing).stream().map(Device::uuid).toList();
      byPci.put(gpu.pci(), parts);
      for (String uuid : parts) {
        present.add(uuid);
        found.put(uuid, lasting(gpu));
        if (gpu.uncorrectable() > errors.getOrDefault(uuid, 0L)) {
          errors.put(uuid, gpu.uncorrectable());
          signs.add(
              sign(
                  uuid,
                  "ecc-uncorrectable",
                  gpu.uncorrectable() + " uncorrectable ECC errors since the driver's start",
                  gpu.uncorrectable()));
        }
      }
    }
    for (String uuid : uuids) {
      if (!present.contains(uuid)) {
        found.put(uuid, Map.of("lost", "the driver does not list it"));
      }
    }
    signs.addAll(begun(found, tickMs));
    return signs.stream().filter(sign -> uuids.contains(sign.uuid())).toList();
  }

  /** The tool failed, and {@code why}: no device can be told from another. */
  List<DeviceSign> failed(String why, long tickMs) {
    Map<String, Map<String, String>> found = new HashMap<>();
    uuids.forEach(
        uuid -> {
          Map<String, String> all = new HashMap<>(lasting.getOrDefault(uuid, Map.of()));
          all.put("no-driver", why);
          found.put(uuid, all);
        });
    return begun(found, tickMs);
  }

  /** The signs in one line of the kernel's log. */
  List<DeviceSign> kernel(String line, long tickMs) {
    return KernelLog.xid(line)
        .map(
            xid -> {
              long at = xid.atTickMs().orElse(tickMs);
              return byPci.getOrDefault(xid.pci(), List.of()).stream()
                  .filter(uuids::contains)
                  .peek(uuid -> lastXidTickMs.merge(uuid, at, Math::max))
                  .map(
                      uuid ->
                          sign(
                              uuid,
                              "xid-" + xid.code(),
                              "Xid %d: %s".formatted(xid.code(), xid.detail()),
                              at))
                  .toList();
            })
        .orElse(List.of());
  }

  /** What speaks against leasing the device, by the latest survey; empty if nothing. */
  String unfit(String uuid) {
    return String.join("; ", lasting.getOrDefault(uuid, Map.of()).values());
  }

  /** When the kernel last reported the device, 0 if never. */
  long lastXidTickMs(String uuid) {
    return lastXidTickMs.getOrDefault(uuid, 0L);
  }

  private static Map<String, String> lasting(Gpu gpu) {
    Map<String, String> found = new HashMap<>();
    if (gpu.remapPending()) {
      found.put("rows-pending", "memory is repaired at its next reset");
    }
    if (gpu.remapFailed()) {
      found.put("rows-failed", "a row of its memory cannot be replaced");
    }
    if (gpu.unrepairable()) {
      found.put("unrepairable", "its memory cannot be repaired");
    }
    if (!gpu.recovery().isEmpty()) {
      found.put("recovery", "the driver asks for: " + gpu.recovery());
    }
    return found;
  }

  private List<DeviceSign> begun(Map<String, Map<String, String>> found, long tickMs) {
    List<DeviceSign> signs = new ArrayList<>();
    found.forEach(
        (uuid, all) -> {
          Map<String, String> before = lasting.getOrDefault(uuid, Map.of());
          all.forEach(
              (code, detail) -> {
                if (!before.containsKey(code)) {
                  signs.add(sign(uuid, code, detail, tickMs));
                }
              });
        });
    lasting.clear();
    lasting.putAll(found);
    return signs;
  }

  private static DeviceSign sign(String uuid, String code, String detail, long serial) {
    String line = detail.replaceAll("\\s+", " ").strip();
    return new DeviceSign(
        uuid, code, line.substring(0, Math.min(line.length(), DeviceSign.DETAIL_MAX)), serial);
  }
}
