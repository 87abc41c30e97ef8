/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The FlowFiles that came out of a processor, with some of their attributes and in their order, as files: they can be read whatever becomes of NiFi. Two
 * FlowFiles are two entries, also when they are equal.
 */
final class FlowFileJournal {

    private static final String SEPARATOR = "\t";

    private final Path directory;

    private FlowFileJournal(final Path directory) {
        this.directory = directory;
    }

    /** Adds two processors behind a relationship and starts them. */
    static FlowFileJournal attach(final FlowEditor editor, final Path directory, final String source, final String relationship, final String... attributes)
            throws InterruptedException, TimeoutException {
        // A counter alone would begin anew when NiFi is started again.
        final String heading = Stream.concat(Stream.of("${now():toNumber()}", "${nextInt()}"), Arrays.stream(attributes).map("${%s}"::formatted))
                .collect(Collectors.joining(SEPARATOR, "", "\n"));
        final String marker = editor.createProcessor(ProcessorSettings.standard("ReplaceText").with("Replacement Strategy", "Prepend")
                .with("Evaluation Mode", "Entire text").with("Replacement Value", heading).terminating("failure"));
        final String writer = editor.createProcessor(ProcessorSettings.standard("PutFile").with("Directory", directory.toString())
                .with("Conflict Resolution Strategy", "replace").terminating("success", "failure"));
        editor.connectInOrder(source, marker, relationship);
        editor.connect(marker, writer, "success");
        editor.startProcessor(marker);
        editor.startProcessor(writer);
        return new FlowFileJournal(directory);
    }

    /** How many FlowFiles are written down. */
    int size() {
        return files().size();
    }

    /** The FlowFiles in the order in which they came. */
    List<Entry> read() {
        return files().stream().map(FlowFileJournal::read)
                .sorted(Comparator.comparingLong((Entry entry) -> Long.parseLong(entry.heading.get(0)))
                        .thenComparingLong(entry -> Long.parseLong(entry.heading.get(1))))
                .toList();
    }

    /** PutFile gives a file a name without a dot when it is complete. */
    private List<Path> files() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry read(final Path file) {
        try {
            final String text = Files.readString(file);
            final int end = text.indexOf('\n');
            return new Entry(List.of(text.substring(0, end).split(SEPARATOR, -1)), text.substring(end + 1));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A FlowFile.
     *
     * @param heading time, number, and the attributes
     * @param content content as text
     */
    record Entry(List<String> heading, String content) {

        /** Value of an attribute, by its place among those that are written down. */
        String attribute(final int index) {
            return heading.get(index + 2);
        }
    }
}
