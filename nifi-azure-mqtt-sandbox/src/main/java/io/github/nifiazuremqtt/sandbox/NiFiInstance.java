/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A real NiFi in a process and a directory of its own, reached over HTTP on loopback. It can be killed and started again on the same directory, and it ends
 * when the process that started it ends.
 */
public final class NiFiInstance implements AutoCloseable {

    /** System property that names the lib directory of the assembled NiFi. */
    public static final String LIB_PROPERTY = "sandbox.nifi.lib";

    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final NiFiDirectory directory;
    private final NiFiOptions options;
    private final Path lib;
    private final int webPort;
    private final NiFiClient client;
    private final Thread endHook = new Thread(this::kill, "NiFi End");
    private Process process;

    private NiFiInstance(final Path directory, final NiFiOptions options) throws IOException {
        this.directory = new NiFiDirectory(directory);
        this.options = options;
        this.lib = findLib();
        this.webPort = options.webPort() == 0 ? freePort() : options.webPort();
        this.client = new NiFiClient(URI.create("http://127.0.0.1:" + webPort));
    }

    /**
     * Starts a NiFi and waits until it answers.
     *
     * @param directory working directory, made if it does not exist; flow and repositories in it are used
     */
    public static NiFiInstance start(final Path directory, final NiFiOptions options) throws IOException, InterruptedException {
        final NiFiInstance instance = new NiFiInstance(directory, options);
        Runtime.getRuntime().addShutdownHook(instance.endHook);
        try {
            instance.start();
        } catch (final IOException | InterruptedException | RuntimeException e) {
            instance.kill();
            throw e;
        }
        return instance;
    }

    /**
     * Starts it again on the same directory, ports and options after {@link #kill()} or {@link #stop()}.
     */
    public synchronized void start() throws IOException, InterruptedException {
        if (isAlive()) {
            throw new IllegalStateException("NiFi in [%s] is running".formatted(directory.path()));
        }

        directory.configure(lib, webPort, options);
        final ProcessBuilder builder = new ProcessBuilder(command()).directory(directory.path().toFile()).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(directory.console().toFile()));
        process = builder.start();
        awaitReady();
    }

    private List<String> command() throws IOException {
        final String classPath = String.join(File.pathSeparator, "conf", lib.resolve("*").toString(), ownClasses());
        final List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m", "-Xmx" + options.heap(),
                "-Djava.awt.headless=true",
                "-Dnifi.properties.file.path=conf/nifi.properties",
                "-Dorg.apache.nifi.bootstrap.config.log.dir=logs",
                "-Dorg.apache.nifi.management.server.address=127.0.0.1:" + freePort()));
        options.systemProperties().forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", classPath, NiFiMain.class.getName()));
        return command;
    }

    private static String ownClasses() {
        try {
            return Path.of(NiFiMain.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        try {
            Await.until("NiFi answers", START_LIMIT, () -> !process.isAlive() || client.isReady());
        } catch (final TimeoutException e) {
            throw new IOException("NiFi in [%s] did not answer within %d s:%n%s".formatted(
                    directory.path(), START_LIMIT.toSeconds(), directory.lastWords()), e);
        }

        if (!process.isAlive()) {
            throw new IOException("NiFi in [%s] ended with status %d while starting:%n%s".formatted(
                    directory.path(), process.exitValue(), directory.lastWords()));
        }
    }

    public NiFiClient client() {
        return client;
    }

    /** The canvas. */
    public URI canvas() {
        return client.address().resolve("/nifi/");
    }

    public Path directory() {
        return directory.path();
    }

    /** The log that NiFi writes: nifi-app.log. */
    public Path log() {
        return directory.log();
    }

    /** What a NiFi in the directory wrote to its log last, without time and logger; empty before it writes. */
    static String newestMessage(final Path directory) {
        return new NiFiDirectory(directory).newestMessage();
    }

    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Runs something when the process that is running now ends, however it ends. */
    public synchronized void onEnd(final Runnable action) {
        process.onExit().thenRun(action);
    }

    public synchronized long pid() {
        return process.pid();
    }

    /** Ends the process at once, as SIGKILL does, and waits until it is gone. */
    public void kill() {
        final Process running = process;
        if (running != null) {
            running.destroyForcibly();
            awaitEnd(running, STOP_LIMIT);
        }
    }

    /** Ends NiFi as an operator does, so that it writes what it has to write. After a while it is killed. */
    public void stop() {
        final Process running = process;
        if (running != null) {
            // Not through the process itself: that closes its input too, which NiFiMain takes for the end of its parent and then ends at once.
            running.toHandle().destroy();
            if (!awaitEnd(running, STOP_LIMIT)) {
                kill();
            }
        }
    }

    private static boolean awaitEnd(final Process running, final Duration limit) {
        try {
            return running.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends NiFi at once; the directory stays. */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(endHook);
        } catch (final IllegalStateException e) {
            // The hook is running: this is the end of the process.
        }
    }

    /** Removes a directory with all that is in it. No NiFi may be running in it. */
    public static void deleteDirectory(final Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Path findLib() throws IOException {
        final String configured = System.getProperty(LIB_PROPERTY);
        if (configured == null || !Files.isDirectory(Path.of(configured))) {
            throw new IOException("No assembled NiFi at [%s]: build the project first (mvn package), or set -D%s".formatted(configured, LIB_PROPERTY));
        }
        return Path.of(configured).toAbsolutePath();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
