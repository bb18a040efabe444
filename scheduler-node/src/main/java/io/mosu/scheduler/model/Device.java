// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/**
 * One GPU as its agent found it.
 *
 * @param index the position on its host, from 0, as in {@code CUDA_VISIBLE_DEVICES}
 * @param uuid the vendor's name of the card, or one made by the agent for a simulated card
 */
public record Device(int index, String model, int memoryMib, String uuid) {
  /** A whole device in thousandths. */
  public static final int WHOLE_MILLI = 1000;
}
