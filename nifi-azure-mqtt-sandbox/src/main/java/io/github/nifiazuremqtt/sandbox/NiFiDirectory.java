/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The working directory of one NiFi: configuration, flow, repositories and logs.
 */
final class NiFiDirectory {

    /** Encrypts what NiFi keeps of sensitive properties. There is nothing worth protecting in a sandbox. */
    private static final String SENSITIVE_PROPERTIES_KEY = "sandbox-sensitive-properties-key";

    private static final int NEWEST_BYTES = 16_384;

    /** Date, time, level, thread and logger, and then what it says. */
    private static final Pattern LOG_ENTRY = Pattern.compile("^\\S+ \\S+ [A-Z]+ \\[.*?] \\S+ (\\S.*)\\R", Pattern.MULTILINE);

    private static final int LONGEST_MESSAGE = 110;

    private final Path path;

    NiFiDirectory(final Path path) {
        this.path = path.toAbsolutePath();
    }

    Path path() {
        return path;
    }

    Path console() {
        return path.resolve("logs/console.log");
    }

    Path log() {
        return path.resolve("logs/nifi-app.log");
    }

    /**
     * Writes the configuration anew; the flow and the repositories stay as they are.
     */
    void configure(final Path lib, final int webPort, final NiFiOptions options) throws IOException {
        for (final String directory : List.of("conf", "logs", "extensions", "python/framework", "python/extensions", "work")) {
            Files.createDirectories(path.resolve(directory));
        }

        final Path conf = path.resolve("conf");
        Files.writeString(conf.resolve("authorizers.xml"), resource("authorizers.xml"));
        Files.writeString(conf.resolve("state-management.xml"), resource("state-management.xml"));
        Files.writeString(conf.resolve("logback.xml"), resource("logback.xml").replace("<!-- Added per instance: @LEVELS@ -->", loggers(options.logLevels())));
        Files.writeString(conf.resolve("nifi.properties"), properties(lib, webPort, options.properties()));
    }

    private static String properties(final Path lib, final int webPort, final Map<String, String> replacements) {
        final Map<String, String> entries = new TreeMap<>();
        resource("nifi.properties").lines().filter(line -> line.startsWith("nifi.")).forEach(line -> {
            final int separator = line.indexOf('=');
            entries.put(line.substring(0, separator), line.substring(separator + 1));
        });

        entries.put("nifi.nar.library.directory", lib.toString());
        entries.put("nifi.web.http.port", Integer.toString(webPort));
        entries.put("nifi.sensitive.props.key", SENSITIVE_PROPERTIES_KEY);
        entries.putAll(replacements);
        return entries.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue() + "\n").collect(Collectors.joining());
    }

    private static String loggers(final Map<String, String> levels) {
        return levels.entrySet().stream()
                .map(entry -> "<logger name=\"%s\" level=\"%s\"/>".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("\n  "));
    }

    private static String resource(final String name) {
        try (InputStream stream = NiFiDirectory.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @return what a person needs to see when NiFi did not start: the newest warnings and errors, else the newest lines
     */
    String lastWords() {
        final String lines = newest(console()) + newest(log());
        final List<String> complaints = lines.lines().filter(line -> line.contains(" ERROR ") || line.contains("Exception")).toList();
        final List<String> chosen = complaints.isEmpty() ? lines.lines().toList() : complaints;
        return chosen.stream().skip(Math.max(0, chosen.size() - 30)).collect(Collectors.joining("\n"));
    }

    /**
     * @return the text of the newest entry of the log, shortened to a line; empty if there is none
     */
    String newestMessage() {
        final Matcher entries = LOG_ENTRY.matcher(newest(log()));
        String message = "";
        while (entries.find()) {
            message = entries.group(1);
        }
        return message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) + "..." : message;
    }

    private static String newest(final Path file) {
        try {
            final byte[] content = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            final int start = Math.max(0, content.length - NEWEST_BYTES);
            return new String(content, start, content.length - start, StandardCharsets.UTF_8);
        } catch (final IOException e) {
            return "";
        }
    }
}
