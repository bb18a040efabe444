// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.host.AgentFrame;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class FrameBundleTest {

  private static AgentFrame frame(int token) {
    return new AgentFrame.Report(new HostReport.TaskStarted(new NodeId("host-1"), token));
  }

  @Test
  void framesThatWaitTravelTogetherAndArriveInOrder() throws Exception {
    ActorTestKit kit = ActorTestKit.create();
    try {
      List<AgentFrame> said = IntStream.rangeClosed(1, 10_000).mapToObj(i -> frame(i)).toList();
      List<ByteString> messages =
          Source.from(said)
              .map(FrameBundle::of)
              .via(FrameBundle.joining())
              .runWith(Sink.seq(), kit.system())
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      List<AgentFrame> heard = new ArrayList<>();
      for (ByteString message : messages) {
        assertThat(message.size()).isLessThanOrEqualTo(32 * 1024);
        heard.addAll(FrameBundle.read(message));
      }
      assertThat(heard).isEqualTo(said);
      assertThat(messages).hasSizeLessThan(said.size() / 10);
    } finally {
      kit.shutdownTestKit();
    }
  }

  @Test
  void cutOffBundlesAreBad() {
    ByteString two = FrameBundle.of(frame(1)).concat(FrameBundle.of(frame(2)));
    int first = FrameBundle.of(frame(1)).size();
    for (int length = 0; length < two.size(); length++) {
      ByteString cut = two.take(length);
      if (length == first) {
        continue;
      }
      assertThatThrownBy(() -> FrameBundle.read(cut)).isInstanceOf(BadFrame.class);
    }
    ByteString negative = ByteString.fromArray(new byte[] {-1, -1, -1, -1, 0});
    assertThatThrownBy(() -> FrameBundle.read(negative)).isInstanceOf(BadFrame.class);
  }
}
