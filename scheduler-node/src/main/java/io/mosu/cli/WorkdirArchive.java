// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A directory as one file. The same files give the same bytes: sorted, without times and owners.
 *
 * @param sha256 of the file, 64 hexadecimal digits
 */
record WorkdirArchive(Path file, String sha256, long bytes) implements AutoCloseable {
  private static final int FILES_MAX = 100_000;
  private static final int MODE_FILE = 0100644;
  private static final int MODE_PROGRAM = 0100755;
  private static final int MODE_DIRECTORY = 040755;

  /** Packs {@code dir}, or says why not; an archive of more than {@code bytesMax} is none. */
  static WorkdirArchive pack(Path dir, long bytesMax) {
    if (!Files.isDirectory(dir)) {
      throw CliFailure.usage("there is no directory " + dir, "name the directory to upload");
    }
    try {
      Path file = Files.createTempFile("mosu-workdir-", ".tar.gz");
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      try (OutputStream out = new DigestOutputStream(new Bounded(file, bytesMax, dir), sha256);
          TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        for (var found : files(dir.toRealPath()).entrySet()) {
          add(tar, found.getKey(), found.getValue());
        }
      } catch (IOException | RuntimeException failure) {
        Files.deleteIfExists(file);
        throw failure;
      }
      return new WorkdirArchive(file, HexFormat.of().formatHex(sha256.digest()), Files.size(file));
    } catch (IOException unreadable) {
      throw CliFailure.usage(
          "cannot pack " + dir + ": " + unreadable.getMessage(),
          "make its files readable, or name them in " + IgnoreFile.NAME);
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException("every Java has SHA-256", never);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException kept) {
      throw new UncheckedIOException(kept);
    }
  }

  /** By their names in the archive. */
  private static TreeMap<String, Path> files(Path root) throws IOException {
    IgnoreFile ignored = IgnoreFile.of(root);
    TreeMap<String, Path> files = new TreeMap<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            if (dir.equals(root)) {
              return FileVisitResult.CONTINUE;
            }
            String name = name(dir);
            if (ignored.matches(name, true)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            return take(name + "/", dir);
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = name(file);
            boolean kind = attributes.isRegularFile() || attributes.isSymbolicLink();
            return kind && !ignored.matches(name, false)
                ? take(name, file)
                : FileVisitResult.CONTINUE;
          }

          private FileVisitResult take(String name, Path path) {
            files.put(name, path);
            if (files.size() > FILES_MAX) {
              throw CliFailure.usage(
                  root + " has more than " + FILES_MAX + " files",
                  "name what is not needed in " + IgnoreFile.NAME);
            }
            return FileVisitResult.CONTINUE;
          }

          private String name(Path path) {
            return root.relativize(path).toString();
          }
        });
    return files;
  }

  private static void add(TarArchiveOutputStream tar, String name, Path path) throws IOException {
    TarArchiveEntry entry;
    if (Files.isSymbolicLink(path)) {
      entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      Path target = Files.readSymbolicLink(path);
      Path within = Path.of(name).resolveSibling(target).normalize();
      if (target.isAbsolute() || within.startsWith("..")) {
        throw CliFailure.usage(
            name + " is a link out of the directory, to " + target,
            "copy what it names, or name it in " + IgnoreFile.NAME);
      }
      entry.setLinkName(target.toString());
    } else {
      entry = new TarArchiveEntry(name);
      boolean directory = name.endsWith("/");
      entry.setMode(
          directory ? MODE_DIRECTORY : Files.isExecutable(path) ? MODE_PROGRAM : MODE_FILE);
      entry.setSize(directory ? 0 : Files.size(path));
    }
    entry.setModTime(0L);
    entry.setIds(0, 0);
    entry.setNames("", "");
    tar.putArchiveEntry(entry);
    if (entry.isFile() && !entry.isSymbolicLink()) {
      Files.copy(path, tar);
    }
    tar.closeArchiveEntry();
  }

  /** Stops a large archive before it fills the disk. */
  private static final class Bounded extends OutputStream {
    private final OutputStream out;
    private final long bytesMax;
    private final Path dir;
    private long bytes;

    Bounded(Path file, long bytesMax, Path dir) throws IOException {
      this.out = Files.newOutputStream(file);
      this.bytesMax = bytesMax;
      this.dir = dir;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      bytes += length;
      if (bytes > bytesMax) {
        throw CliFailure.usage(
            dir + " packs into more than " + (bytesMax >> 20) + " MiB",
            "name what is not needed in " + IgnoreFile.NAME + ", and keep data on shared storage");
      }
      out.write(buffer, offset, length);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
