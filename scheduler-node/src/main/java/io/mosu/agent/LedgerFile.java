// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The host's own record of what ran on its devices, {@code ledger.jsonl}: one JSON object a line,
 * only appended to, by the agent and by the guard. ARCHITECTURE.md has the format.
 */
final class LedgerFile {

  /** When a file is as long as this, the next one is begun. */
  private static final long BYTES_MAX = 8L * 1_024 * 1_024;

  /** Older files than these are dropped. */
  private static final int FILES_MAX = 8;

  private static final JsonFactory JSON = new JsonFactory();

  private final Path path;
  private final String bootId;

  LedgerFile(Path path, String bootId) {
    this.path = path;
    this.bootId = bootId;
  }

  /**
   * Appends one line.
   *
   * @param devices the vendor's names of the task's devices
   * @param pids processes of the task as this was written
   */
  void append(NodeId node, Deed deed, List<String> devices, int pids) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("boot_id", bootId);
      json.writeNumberField("boottime_ms", deed.atTickMs());
      json.writeStringField("event", deed.kind().name());
      identity(json, node, deed.task(), deed.epoch(), devices);
      json.writeNumberField("pids", pids);
      json.writeStringField("detail", deed.detail());
      json.writeEndObject();
    }
    rotate();
    String whole = (endsInALine() ? "" : "\n") + line + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(whole.getBytes(StandardCharsets.UTF_8));
    try (FileChannel file = // the guard appends too
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(false); // the journal, which is forced too, may say later that this is done
    }
  }

  /** Where a disk was full in the middle of one, that stays a broken line of its own. */
  private boolean endsInALine() throws IOException {
    if (!Files.exists(path)) {
      return true;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      return file.size() == 0 || (file.read(last, file.size() - 1) == 1 && last.get(0) == '\n');
    }
  }

  /** What the guard says of a task, which it cannot know by itself: fields without braces. */
  static String fields(NodeId node, KnownTask task, long epoch, List<String> devices)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      identity(json, node, task, epoch, devices);
      json.writeEndObject();
    }
    String object = text.toString();
    return object.substring(1, object.length() - 1);
  }

  private static void identity(
      JsonGenerator json, NodeId node, KnownTask task, long epoch, List<String> devices)
      throws IOException {
    json.writeStringField("node", node.value());
    json.writeStringField("job", task.origin().job());
    json.writeNumberField("task", task.origin().task());
    json.writeArrayFieldStart("devices");
    for (String device : devices) {
      json.writeString(device);
    }
    json.writeEndArray();
    json.writeNumberField("milli", task.grant().gpuMilli());
    json.writeNumberField("epoch", epoch);
    json.writeNumberField("token", task.token());
  }

  private void rotate() throws IOException {
    if (!Files.exists(path) || Files.size(path) < BYTES_MAX) {
      return;
    }
    for (int i = FILES_MAX - 1; i >= 1; i--) {
      Path from = i == 1 ? path : numbered(i - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Path numbered(int i) {
    return path.resolveSibling(path.getFileName() + "." + i);
  }
}
