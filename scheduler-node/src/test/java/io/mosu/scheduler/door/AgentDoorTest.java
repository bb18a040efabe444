// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.AgentFrame;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.wire.AgentFrames;
import io.mosu.scheduler.wire.FrameBundle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.http.javadsl.model.ws.WebSocketRequest;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentDoorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final NodeId NODE = new NodeId("host-1");
  private static final HostReport RENEWAL = new HostReport.Renewal(NODE, List.of(), 7);

  private final TestProbe<Wire> node = KIT.createTestProbe(Wire.class);
  private final TestProbe<Object> heard = KIT.createTestProbe(Object.class);
  private BoundedSourceQueue<Message> agent =
      Source.<Message>queue(1).to(Sink.ignore()).run(KIT.system());

  private enum End {
    OF_CONNECTION
  }

  @BeforeEach
  void open() throws Exception {
    ServerBinding binding =
        Http.get(KIT.system())
            .newServerAt("127.0.0.1", 0)
            .bind(
                AgentDoor.route(
                    KIT.system(), (id, message) -> node.ref().tell(message), AgentFrames.BYTES_MAX))
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    var queue = Source.<Message>queue(16).preMaterialize(KIT.system());
    agent = queue.first();
    Flow<Message, Message, NotUsed> client =
        Flow.fromSinkAndSourceCoupled(
            Sink.foreach(message -> heard.ref().tell(message)), queue.second());
    Flow<Message, Message, NotUsed> watched =
        Flow.<Message>create()
            .via(client)
            .watchTermination(
                (notUsed, done) -> {
                  done.whenComplete((ok, failure) -> heard.ref().tell(End.OF_CONNECTION));
                  return notUsed;
                });
    Http.get(Adapter.toClassic(KIT.system()))
        .singleWebSocketRequest(
            WebSocketRequest.create(
                "ws://127.0.0.1:" + binding.localAddress().getPort() + "/agents"),
            watched,
            Materializer.createMaterializer(KIT.system()));
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void reportReachesItsNodeAndTheOrderComesBack() throws Exception {
    say(new AgentFrame.Report(RENEWAL));
    NodeEntity.FromAgent from = node.expectMessageClass(NodeEntity.FromAgent.class);
    assertThat(from.report()).isEqualTo(RENEWAL);
    HostOrder renewed = new HostOrder.Renewed(NODE, 1, 7);
    from.session().tell(renewed);
    assertThat(hear()).isEqualTo(new AgentFrame.Order(renewed));
  }

  @Test
  void readOfALogIsAnsweredToWhoAsked() throws Exception {
    say(new AgentFrame.Report(RENEWAL));
    NodeEntity.FromAgent from = node.expectMessageClass(NodeEntity.FromAgent.class);
    TestProbe<Wire> reader = KIT.createTestProbe(Wire.class);
    from.session().tell(new NodeEntity.ReadLog(new LogRead(NODE, 3, 0, 100, 0), reader.ref()));
    AgentFrame.Read read = (AgentFrame.Read) hear();
    byte[] bytes = "step 1\n".getBytes(StandardCharsets.UTF_8);
    say(new AgentFrame.Piece(read.request(), new LogRead.Piece(true, 0, bytes, false)));
    assertThat(reader.expectMessageClass(LogRead.Piece.class).bytes()).isEqualTo(bytes);
  }

  @Test
  void orderThatFitsNoFrameCountsAsNeverStarted() {
    say(new AgentFrame.Report(RENEWAL));
    NodeEntity.FromAgent from = node.expectMessageClass(NodeEntity.FromAgent.class);
    TaskSpec large = new TaskSpec(List.of("x".repeat(AgentFrames.BYTES_MAX)), new TreeMap<>());
    from.session()
        .tell(
            new HostOrder.StartTask(
                NODE,
                1,
                3,
                new JobId(new TenantId("acme"), 5),
                0,
                1,
                "127.0.0.1",
                20_000,
                new Grant(List.of(), 0, 1_000, 512),
                large));
    assertThat(node.expectMessageClass(NodeEntity.FromAgent.class).report())
        .isEqualTo(new HostReport.TaskExited(NODE, 3, new Exit(Exit.Kind.NOT_STARTED, 0)));
  }

  @Test
  void garbageClosesTheConnectionWithAReason() {
    agent.offer(BinaryMessage.create(ByteString.fromString("no frame at all")));
    assertThat(reason()).contains("no bundle of ours");
  }

  @Test
  void textClosesTheConnectionWithAReason() {
    agent.offer(TextMessage.create("hello"));
    assertThat(reason()).contains("text, not bytes");
  }

  @Test
  void oversizedFrameClosesTheConnectionWithAReason() {
    agent.offer(
        BinaryMessage.create(
            ByteString.fromArray(new byte[AgentFrames.BYTES_MAX + FrameBundle.PREFIX + 1])));
    assertThat(reason()).contains("65540");
  }

  private void say(AgentFrame frame) {
    agent.offer(BinaryMessage.create(FrameBundle.of(frame)));
  }

  private AgentFrame hear() throws Exception {
    BinaryMessage message = heard.expectMessageClass(BinaryMessage.class);
    return FrameBundle.read(message.getStrictData()).get(0);
  }

  private String reason() {
    String text = heard.expectMessageClass(TextMessage.class).getStrictText();
    heard.expectMessage(End.OF_CONNECTION);
    node.expectNoMessage();
    return text;
  }
}
