/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of one demo. They are its own from the moment it starts, also while nothing listens on them yet, until the process ends, however it ends: a second
 * demo of the same checkout finds them locked.
 */
final class DemoPorts implements AutoCloseable {

    private final Path directory;
    private final List<FileChannel> locks = new ArrayList<>();

    /**
     * @param directory where the lock files are
     */
    DemoPorts(final Path directory) {
        this.directory = directory;
    }

    /**
     * @param port   0 for a free one
     * @param option with which another one is chosen, for the text of the exception
     * @return the port, which nobody else uses
     */
    int claim(final int port, final String option) throws IOException {
        final int claimed = port == 0 ? freePort() : port;
        if (!lock(claimed)) {
            throw new IOException("Port %d belongs to a demo that runs or starts: choose another one with %s, or end that demo".formatted(claimed, option));
        }

        try {
            bind(claimed).close();
        } catch (final IOException e) {
            throw new IOException("Port %d is in use: choose another one with %s".formatted(claimed, option), e);
        }
        return claimed;
    }

    private boolean lock(final int port) throws IOException {
        Files.createDirectories(directory);
        final FileChannel channel = FileChannel.open(directory.resolve("port-%d.lock".formatted(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        locks.add(channel);
        try {
            final FileLock lock = channel.tryLock();
            return lock != null;
        } catch (final OverlappingFileLockException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = bind(0)) {
            return socket.getLocalPort();
        }
    }

    private static ServerSocket bind(final int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    @Override
    public void close() {
        try {
            for (final FileChannel lock : locks) {
                lock.close();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
