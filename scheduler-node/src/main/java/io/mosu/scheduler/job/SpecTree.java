// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import io.mosu.scheduler.job.SpecNode.Field;
import io.mosu.scheduler.job.SpecNode.Fields;
import io.mosu.scheduler.job.SpecNode.Items;
import io.mosu.scheduler.job.SpecNode.Scalar;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML or JSON as a tree with lines. Built from the parser's events, because a composed YAML
 * graph may be cyclic, exponential or too deep for the stack; a spec needs no anchors, no tags and
 * three levels.
 */
final class SpecTree {
  private static final int DEPTH_MAX = 8;
  private static final LoadSettings SETTINGS = LoadSettings.builder().setLabel("spec").build();

  /** The text is not a tree that a spec can be made of. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    private final transient SpecError error;

    Malformed(int line, String message) {
      super(message, null, false, false);
      error = new SpecError("", line, message);
    }

    SpecError error() {
      return error;
    }
  }

  private final Iterator<Event> events;

  private SpecTree(String text) {
    events = new Parse(SETTINGS).parseString(text).iterator();
  }

  /** The one document of {@code text}; empty if it has none. */
  static Optional<SpecNode> read(String text) throws Malformed {
    try {
      return new SpecTree(text).document();
    } catch (MarkedYamlEngineException broken) {
      int line = broken.getProblemMark().or(broken::getContextMark).map(SpecTree::line).orElse(1);
      String problem = broken.getProblem() == null ? broken.getContext() : broken.getProblem();
      throw new Malformed(line, "not readable as YAML or JSON: " + oneLine(problem));
    } catch (ReaderException broken) {
      int line = 1 + (int) text.chars().limit(broken.getPosition()).filter(c -> c == '\n').count();
      throw new Malformed(
          line,
          "not readable as YAML or JSON: the character U+%04X is not allowed"
              .formatted(broken.getCodePoint()));
    } catch (YamlEngineException broken) {
      throw new Malformed(1, "not readable as YAML or JSON: " + oneLine(broken.getMessage()));
    }
  }

  private Optional<SpecNode> document() throws Malformed {
    events.next(); // the stream's start
    Event start = events.next();
    if (start.getEventId() == Event.ID.StreamEnd) {
      return Optional.empty();
    }
    SpecNode root = node(events.next(), 1);
    events.next(); // the document's end
    Event after = events.next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      throw new Malformed(line(after), "only one document is allowed");
    }
    return Optional.of(root);
  }

  private SpecNode node(Event event, int depth) throws Malformed {
    int line = line(event);
    if (depth > DEPTH_MAX) {
      throw new Malformed(line, "nested deeper than " + DEPTH_MAX + " levels");
    }
    if (event instanceof AliasEvent
        || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
      throw new Malformed(line, "anchors and aliases (& and *) are not supported; quote the text");
    }
    if (event instanceof ScalarEvent scalar) {
      refuseTag(line, scalar.getTag());
      return new Scalar(line, scalar.getValue(), !scalar.isPlain());
    }
    if (!(event instanceof CollectionStartEvent collection)) {
      throw new Malformed(line, "not readable as YAML or JSON");
    }
    refuseTag(line, collection.getTag());
    return event.getEventId() == Event.ID.SequenceStart
        ? new Items(line, items(depth))
        : new Fields(line, fields(depth));
  }

  private List<SpecNode> items(int depth) throws Malformed {
    List<SpecNode> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, depth + 1));
    }
    return items;
  }

  private List<Field> fields(int depth) throws Malformed {
    List<Field> fields = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      SpecNode name = node(event, depth + 1);
      if (!(name instanceof Scalar scalar)) {
        throw new Malformed(name.line(), "a field's name must be text, found " + name.kind());
      }
      fields.add(new Field(scalar.line(), scalar.text(), node(events.next(), depth + 1)));
    }
    return fields;
  }

  private static void refuseTag(int line, Optional<String> tag) throws Malformed {
    if (tag.isPresent()) {
      throw new Malformed(line, "tags such as " + Shown.of(tag.get()) + " are not supported");
    }
  }

  private static int line(Event event) {
    return event.getStartMark().map(SpecTree::line).orElse(1);
  }

  private static int line(Mark mark) {
    return mark.getLine() + 1;
  }

  private static String oneLine(@Nullable String foreign) {
    String message = foreign == null ? "malformed" : foreign;
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return line.codePoints()
        .limit(200)
        .map(point -> Shown.isUnsafe(point) ? '?' : point)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
