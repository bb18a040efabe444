// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.Speaker;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections on which agents speak for one node, in memory: what is ordered goes to the one
 * whose word counts, a refusal to the one that it refuses.
 *
 * @param <S> one connection
 */
public final class Sessions<S> {

  /** More agents than ever speak for one node at once. */
  private static final int MAX = 8;

  private final Map<Long, S> byLife =
      new LinkedHashMap<>(MAX, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, S> eldest) {
          return size() > MAX;
        }
      };

  /** {@code report} came on {@code session}. */
  public void heard(HostReport report, S session) {
    byLife.put(report.life(), session);
  }

  /** Where {@code order} is to go, as {@code ledger} stands. */
  public @Nullable S of(HostOrder order, NodeLedger ledger) {
    return order instanceof HostOrder.Refused refused
        ? byLife.get(refused.life())
        : speaking(ledger);
  }

  /** The connection of the agent whose word counts. */
  public @Nullable S speaking(NodeLedger ledger) {
    return byLife.get(ledger.speaker().map(Speaker::life).orElse(0L));
  }
}
