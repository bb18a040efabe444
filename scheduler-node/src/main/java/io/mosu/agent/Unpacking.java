// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks a tenant's archive. It is hostile until proven otherwise: nothing leaves the directory,
 * links come last and point inside, and there is a limit to all of it.
 */
final class Unpacking {
  static final int ENTRIES_MAX = 100_000;
  private static final int EXECUTABLE = 0100;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path root;
  private final Optional<RunAs.User> owner;
  private long bytesLeft;
  private final Map<Path, Path> links = new LinkedHashMap<>();

  /** The archive is not what a client of ours packs. */
  static final class Unsafe extends IOException {
    private static final long serialVersionUID = 1;

    Unsafe(String message) {
      super(message);
    }
  }

  private Unpacking(Path root, Optional<RunAs.User> owner, long bytesMax) {
    this.root = root;
    this.owner = owner;
    this.bytesLeft = bytesMax;
  }

  /** Unpacks {@code archive}, a gzipped tar, into the empty directory {@code root}. */
  static void unpack(Path archive, Path root, Optional<RunAs.User> owner, long bytesMax)
      throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file))) {
      new Unpacking(root, owner, bytesMax).entries(tar);
    } catch (IllegalArgumentException garbled) {
      throw new Unsafe("its archive cannot be read: " + garbled.getMessage());
    }
  }

  private void entries(TarArchiveInputStream tar) throws IOException {
    int count = 0;
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      if (++count > ENTRIES_MAX) {
        throw new Unsafe("its archive has more than " + ENTRIES_MAX + " entries");
      }
      Path path = inside(root, entry.getName());
      if (entry.isSymbolicLink()) {
        Path target = Path.of(entry.getLinkName());
        if (target.isAbsolute()) {
          throw new Unsafe("its archive has a link to " + target);
        }
        inside(path.getParent() == null ? root : path.getParent(), entry.getLinkName());
        links.put(path, target);
      } else if (entry.isDirectory()) {
        directories(path);
      } else if (regular(entry)) {
        directories(path.resolveSibling(""));
        write(tar, path, (entry.getMode() & EXECUTABLE) != 0);
      } else {
        throw new Unsafe("its archive has an entry of a kind that no directory needs: " + path);
      }
    }
    for (Map.Entry<Path, Path> link : links.entrySet()) {
      directories(link.getKey().resolveSibling(""));
      Files.createSymbolicLink(link.getKey(), link.getValue());
      own(link.getKey());
    }
  }

  private static boolean regular(TarArchiveEntry entry) {
    return entry.isFile()
        && !entry.isLink()
        && !entry.isBlockDevice()
        && !entry.isCharacterDevice()
        && !entry.isFIFO();
  }

  /** {@code name} below {@code base}, if that is within the root. */
  private Path inside(Path base, String name) throws IOException {
    try {
      Path path = base.resolve(name).normalize();
      if (!Path.of(name).isAbsolute() && path.startsWith(root)) {
        return path;
      }
    } catch (InvalidPathException unreadable) {
      // as if outside
    }
    throw new Unsafe("its archive has a path out of the directory");
  }

  private void directories(Path path) throws IOException {
    Path made = root;
    for (Path part : root.relativize(path)) {
      made = made.resolve(part);
      if (!part.toString().isEmpty() && !Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(made);
        own(made);
      }
    }
  }

  private void write(TarArchiveInputStream tar, Path path, boolean program) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int length = tar.read(buffer); length >= 0; length = tar.read(buffer)) {
        bytesLeft -= length;
        if (bytesLeft < 0) {
          throw new Unsafe("its archive unpacks into more than this host takes");
        }
        out.write(buffer, 0, length);
      }
    }
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    own(path);
  }

  private void own(Path path) throws IOException {
    if (owner.isPresent()) {
      Files.setAttribute(path, "unix:uid", owner.get().uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", owner.get().gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
