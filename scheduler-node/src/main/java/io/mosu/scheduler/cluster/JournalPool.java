// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The journal's connection pool, which belongs to a library and is reached through its management
 * bean. While a database refuses connections, HikariCP pauses ever longer between two tries to
 * connect, up to 5 s, and writes go on failing for so long after the database is back: a pool that
 * was suspended meanwhile connects at once. Where there is no such pool (H2), nothing happens.
 */
final class JournalPool {
  private static final String NAME = "com.zaxxer.hikari:type=Pool (db)";
  private static final String FAIL_AT_ONCE = "com.zaxxer.hikari.throwIfSuspended";

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private boolean suspended;

  /** Whoever wants a connection is refused at once. Waits for those who wait for one now. */
  synchronized void suspend() {
    if (suspended) {
      return;
    }
    System.setProperty(FAIL_AT_ONCE, "true"); // else who wants a connection waits without limit
    call("suspendPool");
    suspended = true;
  }

  /** Connects again. */
  synchronized void resume() {
    if (suspended) {
      call("resumePool");
      suspended = false;
    }
  }

  private void call(String operation) {
    try {
      ObjectName name = new ObjectName(NAME);
      if (server.isRegistered(name)) {
        server.invoke(name, operation, null, null);
      }
    } catch (JMException failure) {
      throw new IllegalStateException(operation + " of the journal's pool failed", failure);
    }
  }
}
