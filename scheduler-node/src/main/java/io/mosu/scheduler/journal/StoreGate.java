// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

/** Whether the database takes writes, as far as this scheduler node knows: one flag for all. */
public final class StoreGate {
  private volatile boolean open = true;

  public boolean open() {
    return open;
  }

  public void set(boolean nowOpen) {
    this.open = nowOpen;
  }
}
