// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/**
 * One GPU as its agent found it.
 *
 * @param index the position on its host, from 0, as in {@code CUDA_VISIBLE_DEVICES}
 * @param uuid the vendor's name of the card, or one made by the agent for a simulated card
 * @param island which of its host's devices it reaches by NVLink: those of the same number
 * @param numa the NUMA node whose cores and memory are near
 */
public record Device(int index, String model, int memoryMib, String uuid, int island, int numa) {
  /** Of an island or a NUMA node that nobody told. */
  public static final int UNKNOWN = -1;

  /** A whole device in thousandths. */
  public static final int WHOLE_MILLI = 1000;

  /** Somewhere on its host. */
  public Device(int index, String model, int memoryMib, String uuid) {
    this(index, model, memoryMib, uuid, UNKNOWN, UNKNOWN);
  }
}
