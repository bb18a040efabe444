// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of the API, read with the streaming parser only: a databind mapper would cost
 * each verb 150 ms of class loading.
 */
final class JsonObject {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Map<String, @Nullable Object> fields;

  private JsonObject(Map<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  static JsonObject empty() {
    return new JsonObject(new LinkedHashMap<>());
  }

  static JsonObject parse(byte[] json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not a JSON object");
      }
      return object(parser);
    }
  }

  private static JsonObject object(JsonParser parser) throws IOException {
    JsonObject object = empty();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.fields.put(name, value(parser));
    }
    return object;
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser));
        }
        yield elements;
      }
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  JsonObject put(String name, @Nullable Object value) {
    fields.put(name, value);
    return this;
  }

  /** For a table cell: empty values become {@code -}, numbers lose a fraction that is zero. */
  String cell(String name) {
    Object value = fields.get(name);
    if (value instanceof BigDecimal decimal) {
      return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
    }
    return value == null || value.equals("") ? "-" : value.toString();
  }

  @Nullable String text(String name) {
    return fields.get(name) instanceof String text ? text : null;
  }

  String text(String name, String absent) {
    return fields.get(name) instanceof String text ? text : absent;
  }

  @Nullable Integer number(String name) {
    return fields.get(name) instanceof Number number ? Integer.valueOf(number.intValue()) : null;
  }

  int number(String name, int absent) {
    return fields.get(name) instanceof Number number ? number.intValue() : absent;
  }

  @Nullable JsonObject object(String name) {
    return fields.get(name) instanceof JsonObject object ? object : null;
  }

  List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    for (Object element : list(name)) {
      if (element instanceof JsonObject object) {
        objects.add(object);
      }
    }
    return objects;
  }

  /** The elements as text joined by commas, or {@code -}. */
  String joined(String name) {
    StringBuilder joined = new StringBuilder();
    for (Object element : list(name)) {
      joined.append(joined.length() == 0 ? "" : ",").append(element);
    }
    return joined.length() == 0 ? "-" : joined.toString();
  }

  private List<?> list(String name) {
    return fields.get(name) instanceof List<?> list ? list : List.of();
  }

  byte[] bytes() {
    return write(false);
  }

  /** Indented, for people and for {@code -o json}. */
  String pretty() {
    return new String(write(true), StandardCharsets.UTF_8);
  }

  private byte[] write(boolean indented) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
      if (indented) {
        generator.setPrettyPrinter(
            new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE));
      }
      write(this, generator);
    } catch (IOException impossible) {
      throw new IllegalStateException("writing to memory failed", impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(@Nullable Object value, JsonGenerator generator) throws IOException {
    if (value instanceof JsonObject object) {
      generator.writeStartObject();
      for (Map.Entry<String, @Nullable Object> field : object.fields.entrySet()) {
        generator.writeFieldName(field.getKey());
        write(field.getValue(), generator);
      }
      generator.writeEndObject();
    } else if (value instanceof List<?> list) {
      generator.writeStartArray();
      for (Object element : list) {
        write(element, generator);
      }
      generator.writeEndArray();
    } else if (value instanceof Number number) {
      generator.writeNumber(number.toString());
    } else if (value instanceof Boolean flag) {
      generator.writeBoolean(flag);
    } else if (value == null) {
      generator.writeNull();
    } else {
      generator.writeString(value.toString());
    }
  }
}
