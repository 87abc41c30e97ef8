/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands of the script {@code run} at the same time, in a checkout in which the demo and Maven are programs that wait until a file is there.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RunCommandTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String DEMO_CLASS = "io/github/nifiazuremqtt/sandbox/Demo.class";

    private static final String SANDBOX = "nifi-azure-mqtt-sandbox";

    @TempDir
    private Path checkout;

    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void create() throws Exception {
        Files.copy(Path.of(System.getProperty("sandbox.run")), checkout.resolve("run"), StandardCopyOption.COPY_ATTRIBUTES);
        for (final String needed : List.of("build", SANDBOX + "/target/lib", SANDBOX + "-nifi/target/nifi/lib", "nifi-azure-mqtt-benchmark/target/lib",
                SANDBOX + "/src/main", "bin", "source")) {
            Files.createDirectories(checkout.resolve(needed));
        }

        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        program("bin/mvn", """
                #!/bin/sh
                [ "$1" != -v ] || { echo 'Apache Maven 3.9.9'; exit 0; }
                echo "$*" > maven-started
                until [ -e maven-end ]; do sleep 0.1; done
                """);
        final Path source = Files.writeString(checkout.resolve("source/Demo.java"), """
                package io.github.nifiazuremqtt.sandbox;
                public final class Demo {
                    public static void main(final String[] arguments) throws Exception {
                        java.nio.file.Files.createFile(java.nio.file.Path.of("demo-started"));
                        while (java.nio.file.Files.notExists(java.nio.file.Path.of("demo-end"))) {
                            Thread.sleep(100);
                        }
                    }
                }
                """);
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", source.getParent().toString(), source.toString()));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(checkout.resolve(SANDBOX + "/target/" + SANDBOX + "-1.jar")))) {
            jar.putNextEntry(new JarEntry(DEMO_CLASS));
            Files.copy(checkout.resolve("source").resolve(DEMO_CLASS), jar);
        }
        Files.createDirectories(checkout.resolve(".sandbox"));
        setBuilt(Instant.now().plusSeconds(1));
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void testNothingIsBuiltWhileADemoRuns() throws Exception {
        final Process demo = run("demo");
        awaitFile("demo-started");

        assertRefused(run("test"), "./run demo (process %d) runs from what would be built anew: end it first, or take a second checkout".formatted(demo.pid()));
        setBuilt(Instant.EPOCH);
        assertRefused(run("build"), "./run demo (process %d) runs from".formatted(demo.pid()));
        assertRefused(run("demo"), "./run demo (process %d) runs from".formatted(demo.pid()));
        assertFalse(Files.exists(checkout.resolve("maven-started")));
        assertTrue(demo.isAlive());

        demo.destroyForcibly().waitFor();
        final Process build = run("build");
        awaitFile("maven-started");
        Files.createFile(checkout.resolve("maven-end"));
        assertEquals(0, build.waitFor());
    }

    @Test
    void testTwoDemosRun() throws Exception {
        run("demo");
        awaitFile("demo-started");
        Files.delete(checkout.resolve("demo-started"));
        run("demo");
        awaitFile("demo-started");
        assertTrue(processes.stream().allMatch(Process::isAlive));
    }

    @Test
    void testNothingStartsWhileTestsRun() throws Exception {
        final Process tests = run("test", "--long");
        awaitFile("maven-started");
        assertTrue(Files.readString(checkout.resolve("maven-started")).contains("-Plong"));
        final String building = "./run test (process %d) is building here: wait for its end, or take a second checkout".formatted(tests.pid());
        assertRefused(run("demo"), building);
        assertRefused(run("test"), building);
        assertFalse(Files.exists(checkout.resolve("demo-started")));
        assertTrue(tests.isAlive());
    }

    /** After a power failure the number of a process may be that of another one. */
    @Test
    void testProcessOfAnotherProgramIsNotWaitedFor() throws Exception {
        final Process other = new ProcessBuilder("sleep", "600").start();
        processes.add(other);
        final Path entry = Files.createDirectories(checkout.resolve(".sandbox/running")).resolve(Long.toString(other.pid()));
        Files.writeString(entry, "builds test\n");
        run("demo");
        awaitFile("demo-started");
        assertFalse(Files.exists(entry));
    }

    private void setBuilt(final Instant time) throws IOException {
        final Path stamp = checkout.resolve(".sandbox/built");
        Files.writeString(stamp, "");
        Files.setLastModifiedTime(stamp, FileTime.from(time));
    }

    private void program(final String path, final String text) throws IOException {
        Files.setPosixFilePermissions(Files.writeString(checkout.resolve(path), text), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Process run(final String... command) throws IOException {
        final List<String> words = new ArrayList<>(List.of(checkout.resolve("run").toString()));
        words.addAll(List.of(command));
        final ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true).directory(checkout.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().merge("PATH", checkout.resolve("bin").toString(), (path, first) -> first + ":" + path);
        final Process process = builder.redirectOutput(checkout.resolve("output-" + processes.size()).toFile()).start();
        processes.add(process);
        return process;
    }

    private void assertRefused(final Process process, final String text) throws Exception {
        assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
        final String output = Files.readString(checkout.resolve("output-" + (processes.size() - 1)), StandardCharsets.UTF_8);
        assertTrue(output.contains("run: " + text), output);
        assertEquals(1, process.exitValue());
    }

    private void awaitFile(final String name) throws Exception {
        Await.until(name, LIMIT, () -> Files.exists(checkout.resolve(name)));
    }
}
