// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A picture of curves over one axis, as SVG. */
final class Plot {
  private static final int WIDTH = 880;
  private static final int HEIGHT = 260;
  private static final int LEFT = 70;
  private static final int BOTTOM = 36;
  private static final int TOP = 14;
  private static final int RIGHT = 16;
  private static final int TICKS = 5;

  /** A line from the left to the right. */
  private record Line(String name, List<Double> values, String colour, boolean filled) {}

  private final String title;
  private final String unitX;
  private final double endX;
  private final List<Line> lines = new ArrayList<>();
  private double most;

  /**
   * @param endX what stands at the right end of the axis; 0 stands at the left
   */
  Plot(String title, String unitX, double endX) {
    this.title = title;
    this.unitX = unitX;
    this.endX = endX;
  }

  /** Adds a curve of values at equal distances. */
  Plot line(String name, double[] values, String colour, boolean filled) {
    lines.add(new Line(name, Arrays.stream(values).boxed().toList(), colour, filled));
    for (double value : values) {
      most = Math.max(most, value);
    }
    return this;
  }

  String svg() {
    double top = most == 0 ? 1 : most * 1.05;
    StringBuilder svg = new StringBuilder();
    svg.append("<figure><figcaption>").append(Html.escaped(title)).append("</figcaption>");
    svg.append("<svg viewBox='0 0 %d %d' role='img'>".formatted(WIDTH, HEIGHT));
    for (int i = 0; i <= TICKS; i++) {
      double part = (double) i / TICKS;
      double y = y(part * top, top);
      svg.append(
          "<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>"
              .formatted(LEFT, WIDTH - RIGHT, y, y));
      svg.append(
          "<text x='%d' y='%.1f' text-anchor='end'>%s</text>"
              .formatted(LEFT - 6, y + 4, number(part * top)));
      double x = LEFT + part * (WIDTH - LEFT - RIGHT);
      svg.append(
          "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>"
              .formatted(x, HEIGHT - BOTTOM + 18, number(part * endX)));
    }
    svg.append(
        "<text x='%d' y='%d' text-anchor='end'>%s</text>"
            .formatted(WIDTH - RIGHT, HEIGHT - 3, Html.escaped(unitX)));
    for (Line line : lines) {
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < line.values.size(); i++) {
        double x = LEFT + (i + 0.5) / line.values.size() * (WIDTH - LEFT - RIGHT);
        points.append("%.1f,%.1f ".formatted(x, y(line.values.get(i), top)));
      }
      if (line.filled) {
        svg.append(
            "<polygon points='%d,%.1f %s%d,%.1f' fill='%s' fill-opacity='0.25'/>"
                .formatted(LEFT, y(0, top), points, WIDTH - RIGHT, y(0, top), line.colour));
      }
      svg.append(
          "<polyline points='%s' fill='none' stroke='%s' stroke-width='1.5'><title>%s</title></polyline>"
              .formatted(points, line.colour, Html.escaped(line.name)));
    }
    svg.append("</svg><p class='legend'>");
    for (Line line : lines) {
      svg.append(
          "<span><i style='background:%s'></i>%s</span> "
              .formatted(line.colour, Html.escaped(line.name)));
    }
    return svg.append("</p></figure>").toString();
  }

  private static double y(double value, double top) {
    return TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  }

  private static String number(double value) {
    return (value >= 100 || value == 0 ? "%,.0f" : value >= 10 ? "%,.1f" : "%,.2f")
        .formatted(value);
  }
}
