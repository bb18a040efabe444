// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.model.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.util.ByteString;

/**
 * How a client speaks of a stream over its WebSocket. It says a JSON object first, which opens the
 * stream, then binary messages as input, or {@code {"end":true}}, {@code {"signal":"INT"}}, {@code
 * {"resize":{"rows":24,"columns":80}}}. It hears {@code {"opened":true}} or {@code {"refused":
 * problem}}, then binary messages, each behind a byte (1 output, 2 error), and last {@code
 * {"closed":{"end","exitCode","detail"}}}.
 */
final class StreamTalk {
  /** UTF-8 bytes of a command. */
  private static final int COMMAND_BYTES_MAX = 32 * 1024;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StreamTalk() {}

  static StreamOpen.Command command(String first) {
    JsonNode said = read(first, List.of("command", "terminal", "rows", "columns"));
    List<String> argv = new ArrayList<>();
    int bytes = 0;
    for (JsonNode word : said.path("command")) {
      if (!word.isTextual() || word.textValue().indexOf('\0') >= 0) {
        throw invalid("command: expected a list of texts");
      }
      argv.add(word.textValue());
      bytes += word.textValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (argv.isEmpty() || argv.get(0).isEmpty()) {
      throw invalid("command: its first item must name a program");
    }
    if (bytes > COMMAND_BYTES_MAX) {
      throw invalid("command: has " + bytes + " bytes; at most " + COMMAND_BYTES_MAX);
    }
    boolean terminal = said.path("terminal").booleanValue();
    return new StreamOpen.Command(argv, terminal, side(said, "rows"), side(said, "columns"));
  }

  static StreamOpen.Terminal terminal(String first) {
    JsonNode said = read(first, List.of("rows", "columns", "offset"));
    return new StreamOpen.Terminal(
        side(said, "rows"), side(said, "columns"), Math.max(0, said.path("offset").longValue()));
  }

  static StreamOpen.Port port(String first, int port) {
    read(first, List.of());
    return new StreamOpen.Port(port);
  }

  /** One text after the first. */
  static StreamPart part(String text) {
    JsonNode said = read(text, List.of("end", "signal", "resize"));
    if (said.path("end").booleanValue()) {
      return new StreamPart.Data(StreamPart.Channel.INPUT, new byte[0], true);
    }
    if (said.path("resize").isObject()) {
      JsonNode size = said.path("resize");
      return new StreamPart.Resize(side(size, "rows"), side(size, "columns"));
    }
    String name = said.path("signal").asText();
    return Arrays.stream(StreamPart.Signal.Kind.values())
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .map(StreamPart.Signal::new)
        .orElseThrow(() -> invalid("signal: expected HUP, INT, QUIT, USR1, USR2 or TERM"));
  }

  /** Input as parts, none too large. */
  static List<StreamPart> input(ByteString bytes) {
    List<StreamPart> parts = new ArrayList<>();
    for (int at = 0; at < bytes.size(); at += StreamPart.BYTES_MAX) {
      byte[] piece = bytes.slice(at, at + StreamPart.BYTES_MAX).toArray();
      parts.add(new StreamPart.Data(StreamPart.Channel.INPUT, piece, false));
    }
    return parts;
  }

  static Message opened() {
    return text(Map.of("opened", true));
  }

  static Message refused(Problem problem) {
    return text(Map.of("refused", problem));
  }

  static Message closed(StreamPart.Closed closed) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("end", closed.end().name());
    said.put("exitCode", closed.exitCode());
    said.put("detail", closed.detail());
    return text(Map.of("closed", said));
  }

  static Message output(StreamPart.Data data) {
    byte channel = (byte) (data.channel() == StreamPart.Channel.ERROR ? 2 : 1);
    return BinaryMessage.create(
        ByteString.fromArray(new byte[] {channel}).concat(ByteString.fromArray(data.bytes())));
  }

  private static Message text(Object said) {
    return TextMessage.create(new String(Json.bytes(said), StandardCharsets.UTF_8));
  }

  private static JsonNode read(String text, List<String> allowed) {
    try {
      JsonNode said = MAPPER.readTree(text);
      if (!said.isObject()) {
        throw invalid("expected a JSON object");
      }
      said.fieldNames()
          .forEachRemaining(
              name -> {
                if (!allowed.contains(name)) {
                  throw invalid("unknown field " + Parameters.shown(name));
                }
              });
      return said;
    } catch (JsonProcessingException broken) {
      throw invalid("not readable as JSON");
    }
  }

  private static int side(JsonNode said, String name) {
    return Math.min(StreamOpen.SIDE_MAX, Math.max(0, said.path(name).intValue()));
  }

  private static Denial invalid(String detail) {
    return new Denial(Problem.of(Refusal.INVALID_SPEC, detail));
  }
}
