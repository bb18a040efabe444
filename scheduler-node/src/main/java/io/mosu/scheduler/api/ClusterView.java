// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/** The scheduler nodes as this one sees them. */
record ClusterView(List<Member> members, String self, @Nullable String leader) {

  /** One scheduler node; one that gossip cannot reach is Unreachable whatever its status. */
  record Member(String address, String status, List<String> roles) {}

  static ClusterView of(ActorSystem<?> system) {
    Cluster cluster = Cluster.get(system);
    CurrentClusterState state = cluster.state();
    Address leader = state.getLeader();
    return new ClusterView(
        StreamSupport.stream(state.getMembers().spliterator(), false)
            .map(
                member ->
                    new Member(
                        text(member.address()),
                        state.getUnreachable().contains(member)
                            ? "Unreachable"
                            : member.status().toString(),
                        member.getRoles().stream().sorted().toList()))
            .sorted(Comparator.comparing(Member::address))
            .toList(),
        text(cluster.selfMember().address()),
        leader == null ? null : text(leader));
  }

  private static String text(Address address) {
    return address.getHost().orElse("?") + ":" + address.getPort().map(String::valueOf).orElse("?");
  }
}
