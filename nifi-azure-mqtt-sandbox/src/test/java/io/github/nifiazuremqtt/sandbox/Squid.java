/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The proxy Squid on a free port of loopback. It alone knows the name of the hub, and lets through one port of it.
 */
final class Squid implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private static final List<String> PROGRAMS = List.of("/usr/sbin/squid", "/usr/bin/squid", "/usr/local/sbin/squid");

    private static final List<String> HELPERS = List.of("/usr/lib/squid/basic_ncsa_auth", "/usr/lib64/squid/basic_ncsa_auth",
            "/usr/libexec/squid/basic_ncsa_auth");

    private final Path directory;
    private final int port;
    private final Process process;

    private Squid(final Path directory, final int port, final Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** A proxy for everybody. */
    static Squid start(final String host, final int allowedPort) throws IOException, InterruptedException, TimeoutException {
        return start(host, allowedPort, List.of());
    }

    /** A proxy for one user. */
    static Squid start(final String host, final int allowedPort, final String userName, final String password)
            throws IOException, InterruptedException, TimeoutException {
        final Process hashing = new ProcessBuilder("openssl", "passwd", "-apr1", password).start();
        final String hash = new String(hashing.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        return start(host, allowedPort, List.of(userName + ":" + hash));
    }

    private static Squid start(final String host, final int allowedPort, final List<String> users) throws IOException, InterruptedException, TimeoutException {
        // Squid gives up the rights of root, and cannot write into a directory that only root may enter.
        final Path directory = Files.createTempDirectory("squid");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(directory.resolve("hosts"), "127.0.0.1 " + host + "\n");
        Files.write(directory.resolve("passwords"), users);
        final int port = freePort();
        Files.writeString(directory.resolve("squid.conf"), """
                http_port 127.0.0.1:%1$d
                hosts_file %2$s/hosts
                auth_param basic program %3$s %2$s/passwords
                auth_param basic children 1
                acl known proxy_auth REQUIRED
                acl offered port %4$d
                %5$shttp_access deny !known
                http_access allow CONNECT offered
                http_access deny all
                access_log stdio:%2$s/access.log
                cache_log %2$s/cache.log
                pid_filename none
                cache deny all
                pinger_enable off
                shutdown_lifetime 1 seconds
                coredump_dir %2$s
                """.formatted(port, directory, existing(HELPERS), allowedPort, users.isEmpty() ? "# " : ""));
        final Process process = new ProcessBuilder(existing(PROGRAMS), "-N", "-f", directory.resolve("squid.conf").toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("squid.log").toFile()).start();
        final Squid squid = new Squid(directory, port, process);
        try {
            Await.until("squid listens, see " + directory, START_LIMIT, squid::listens);
        } catch (final TimeoutException e) {
            squid.process.destroyForcibly();
            throw e;
        }
        return squid;
    }

    private static String existing(final List<String> candidates) {
        return candidates.stream().filter(candidate -> Files.isExecutable(Path.of(candidate))).findFirst()
                .orElseThrow(() -> new IllegalStateException("Install squid (Debian: apt-get install squid): none of " + candidates));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (final IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** What Squid was asked for and has answered: lines of its access log that contain this text. A tunnel has its line when it ends. */
    List<String> log(final String text) {
        try (Stream<String> lines = Files.lines(directory.resolve("access.log"))) {
            return lines.filter(line -> line.contains(text)).toList();
        } catch (final IOException e) {
            return List.of();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        process.waitFor();
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
