// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The terminal that this program was started on, by {@code stty} on its standard input. */
final class LocalTerminal implements AutoCloseable {
  private final String before;
  private final Thread hook = new Thread(this::restore, "restore-terminal");

  private LocalTerminal(String before) {
    this.before = before;
  }

  record Size(int rows, int columns) {
    static final Size UNKNOWN = new Size(0, 0);
  }

  /** Empty where standard input is none. */
  static Optional<LocalTerminal> find() {
    return stty("-g").filter(state -> !state.isEmpty()).map(LocalTerminal::new);
  }

  /** Every key goes to the program that reads, Ctrl-C among them, until this is closed. */
  LocalTerminal raw() {
    Runtime.getRuntime().addShutdownHook(hook);
    stty("raw", "-echo");
    return this;
  }

  Size size() {
    return stty("size")
        .filter(size -> size.matches("[0-9]+ [0-9]+"))
        .map(size -> size.split(" ", 2))
        .map(sides -> new Size(Integer.parseInt(sides[0]), Integer.parseInt(sides[1])))
        .orElse(Size.UNKNOWN);
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      return; // the hook restores once more, which harms nothing
    }
  }

  private void restore() {
    stty(before);
  }

  private static Optional<String> stty(String... words) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return process.waitFor() == 0 ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException absent) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * Calls {@code action} for each signal of that name, such as INT. By name and proxy: the JDK
   * offers signals only through a class that compilers warn of.
   */
  static void onSignal(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      Object named = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, named, proxy);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException unsupported) {
      return; // then the signal does what it does to any program
    }
  }
}
