// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.agent.NvidiaSmi.Gpu;
import io.mosu.agent.NvidiaSmi.Partition;
import io.mosu.agent.NvidiaTopology.Place;
import io.mosu.scheduler.model.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The devices that the vendor's tool finds on this host. Blocks while it runs. */
final class NvidiaDevices {

  private static final String NAME = "nvidia-smi";

  /** The tool takes 50 to 300 ms, more at its first run; beyond this the driver hangs. */
  private static final long LIMIT_S = 20;

  private final Path tool;
  private final long limitMs;

  NvidiaDevices(Path tool) {
    this(tool, TimeUnit.SECONDS.toMillis(LIMIT_S));
  }

  NvidiaDevices(Path tool, long limitMs) {
    this.tool = tool;
    this.limitMs = limitMs;
  }

  /** The tool on this process's path, if there is one. */
  static Optional<Path> onPath() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .map(folder -> Path.of(folder, NAME))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * What can be leased: whole GPUs, and in their place the partitions of those in MIG mode.
   *
   * @throws IllegalArgumentException if the tool or the driver does not work, with what to do
   */
  List<Device> devices() {
    Answer answer = ask();
    return devices(answer.gpus(), answer.listing(), places());
  }

  /** Where the GPUs are; a tool that does not tell is no reason not to use them. */
  private List<Place> places() {
    try {
      return NvidiaTopology.read(run("topo", "-m"));
    } catch (IllegalArgumentException untold) {
      return List.of();
    }
  }

  /** What the tool said; {@code listing} is empty where no GPU is partitioned. */
  record Answer(List<Gpu> gpus, String listing) {}

  /**
   * Asks the tool.
   *
   * @throws IllegalArgumentException if it or the driver does not work, with what to do
   */
  Answer ask() {
    List<Gpu> gpus = NvidiaSmi.gpus(run("-q", "-x"));
    boolean partitioned = gpus.stream().anyMatch(Gpu::partitioned);
    Answer answer = new Answer(gpus, partitioned ? run("-L") : "");
    devices(answer.gpus(), answer.listing()); // what changed between the two calls fails here
    return answer;
  }

  /** As above, from what the tool printed, without where they are. */
  static List<Device> devices(List<Gpu> gpus, String listing) {
    return devices(gpus, listing, List.of());
  }

  /** As above, from what the tool printed. */
  static List<Device> devices(List<Gpu> gpus, String listing, List<Place> places) {
    Map<String, List<Partition>> listed = NvidiaSmi.partitions(listing);
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < gpus.size(); i++) {
      Gpu gpu = gpus.get(i);
      Place place = places.size() == gpus.size() ? places.get(i) : Place.UNKNOWN;
      String model = NvidiaSmi.model(gpu.product());
      if (!gpu.partitioned()) {
        devices.add(device(devices.size(), model, gpu.memoryMib(), gpu.uuid(), place));
        continue;
      }
      for (Partition partition : gpu.partitions()) {
        Partition named = named(partition, listed.getOrDefault(gpu.uuid(), List.of()));
        if (named.uuid().isEmpty()) {
          throw new IllegalArgumentException(
              "nvidia-smi -L does not name MIG device %d of %s; see nvidia-smi -L"
                  .formatted(partition.index(), gpu.uuid()));
        }
        String profile = named.profile().isEmpty() ? "mig" : named.profile();
        devices.add(
            device(
                devices.size(), model + "-" + profile, partition.memoryMib(), named.uuid(), place));
      }
    }
    return devices;
  }

  private static Device device(int index, String model, int memoryMib, String uuid, Place place) {
    return new Device(index, model, memoryMib, uuid, place.island(), place.numa());
  }

  /** The XML of most drivers leaves a partition's id and profile to the listing. */
  private static Partition named(Partition partition, List<Partition> listed) {
    return listed.stream()
        .filter(other -> other.index() == partition.index())
        .findFirst()
        .map(
            other ->
                new Partition(
                    partition.index(),
                    partition.memoryMib(),
                    partition.uuid().isEmpty() ? other.uuid() : partition.uuid(),
                    partition.profile().isEmpty() ? other.profile() : partition.profile()))
        .orElse(partition);
  }

  private String run(String... arguments) {
    List<String> words = new ArrayList<>(List.of(tool.toString()));
    words.addAll(List.of(arguments));
    String line = String.join(" ", words);
    Process process;
    try {
      process = new ProcessBuilder(words).redirectErrorStream(true).start();
    } catch (IOException absent) {
      throw new IllegalArgumentException(line + " cannot be run: " + absent.getMessage(), absent);
    }
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException closed) {
                return "";
              }
            });
    try {
      String said = output.get(limitMs, TimeUnit.MILLISECONDS);
      if (!process.waitFor(limitMs, TimeUnit.MILLISECONDS)) {
        throw new TimeoutException("it has said all and does not end");
      }
      int code = process.exitValue();
      if (code != 0 && !said.strip().startsWith("No devices were found")) {
        String first = said.strip().lines().findFirst().orElse("and said nothing");
        throw new IllegalArgumentException(line + " failed with code " + code + ": " + first);
      }
      return said;
    } catch (TimeoutException hangs) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new IllegalArgumentException(
          line + " gave no answer within " + limitMs + " ms; the driver may hang, see dmesg",
          hangs);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalArgumentException(line + " was interrupted", interrupted);
    } catch (ExecutionException broken) {
      throw new IllegalStateException(broken);
    }
  }
}
