// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Shape;
import io.mosu.trace.Csv;
import io.mosu.trace.Row;
import io.mosu.trace.TraceNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * A cluster and its tasks as the openb traces have them, and the order in which the tasks arrive by
 * the protocol of <i>Beware of Fragmentation</i> (USENIX ATC 2023).
 */
final class Openb {
  /** The load that the tasks are drawn to, in GPU milli of the cluster's. */
  private static final double INFLATED = 1.3;

  /** A GPU node. */
  record Host(NodeId id, Inventory inventory) {}

  /** What one task asks; the name orders tasks before they are shuffled. */
  record Pod(String name, Shape shape) {}

  private final List<Host> hosts;
  private final List<Pod> pods;

  private Openb(List<Host> hosts, List<Pod> pods) {
    this.hosts = hosts;
    this.pods = pods;
  }

  /** Reads a node file and a pod file, CSV or CSV.gz, in their order. */
  static Openb read(Path nodes, Path pods) throws IOException {
    List<Host> hosts = new ArrayList<>();
    for (TraceNode node : TraceNode.read(nodes)) {
      hosts.add(new Host(node.id(), node.inventory()));
    }
    List<Pod> tasks = new ArrayList<>();
    for (Row row : Csv.rows(pods)) {
      tasks.add(new Pod(row.text("name"), shape(row)));
    }
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException(pods + " has no rows");
    }
    return new Openb(hosts, tasks);
  }

  private static Shape shape(Row row) {
    int gpus = row.count("num_gpu");
    int milli = row.count("gpu_milli");
    boolean share = gpus == 1 && milli > 0 && milli < Device.WHOLE_MILLI;
    return new Shape(
        gpus,
        gpus == 0 ? 0 : share ? milli : Device.WHOLE_MILLI,
        gpus == 0 ? Collections.emptySortedSet() : new TreeSet<>(row.words("gpu_spec")),
        row.count("cpu_milli"),
        row.count("memory_mib"));
  }

  List<Host> hosts() {
    return hosts;
  }

  List<Pod> pods() {
    return pods;
  }

  /** The same cluster with its nodes in another order. */
  Openb shuffledNodes(long seed) {
    List<Host> order = new ArrayList<>(hosts);
    Collections.shuffle(order, new Random(seed));
    List<Host> renamed = new ArrayList<>();
    for (Host host : order) {
      renamed.add(new Host(new NodeId("node-%05d".formatted(renamed.size())), host.inventory()));
    }
    return new Openb(renamed, pods);
  }

  /** GPU milli of all nodes. */
  long capacityMilli() {
    return hosts.stream()
        .mapToLong(host -> (long) host.inventory().devices().size() * Device.WHOLE_MILLI)
        .sum();
  }

  /** The tasks in the order of their arrival. */
  List<Shape> arrivals(long seed) {
    List<Pod> order = new ArrayList<>(pods);
    order.sort(Comparator.comparing(Pod::name));
    Random random = new Random(seed);
    Collections.shuffle(order, random);
    double limit = INFLATED * capacityMilli();
    // the original adds what one device is asked for, not what all are
    double asked = order.stream().mapToDouble(pod -> pod.shape().gpuMilli()).sum();
    while (asked > limit) {
      asked -= order.remove(random.nextInt(order.size())).shape().gpuMilli();
    }
    while (true) {
      Pod drawn = pods.get(random.nextInt(pods.size()));
      if (asked + drawn.shape().gpuMilli() > limit) {
        return order.stream().map(Pod::shape).toList();
      }
      asked += drawn.shape().gpuMilli();
      order.add(drawn);
    }
  }
}
