/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of patches that the rules of UpdateTwin are held against too. */
class TwinPatchTableTest {

    private static final Pattern REPEATED = Pattern.compile("<(\\d+) (.)>");

    private static Stream<String> patches() throws IOException {
        try (InputStream table = TwinPatchTableTest.class.getResourceAsStream("/twin-patches.txt")) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("patches")
    void testReported(final String line) {
        final byte[] patch = patch(line);
        assertJudged(line, () -> new Twin(Instant.EPOCH).report(patch, null, Instant.EPOCH));
    }

    @ParameterizedTest
    @MethodSource("patches")
    void testDesired(final String line) {
        final byte[] patch = patch(line);
        assertJudged(line, () -> {
            final TwinUpdate update = new TwinUpdate(TwinLimits.read(patch), null, false, null);
            update.check();
            new Twin(Instant.EPOCH).update(update, Instant.EPOCH);
        });
    }

    @ParameterizedTest
    @MethodSource("patches")
    void testTagsFollowTheRulesOfNulls(final String line) throws IOException {
        final ObjectMapper mapper = new ObjectMapper();
        if (line.contains("null]") || line.contains("null}]")) {
            final TwinUpdate update = assertDoesNotThrow(() -> TwinUpdate.of(mapper.createObjectNode().set("tags", mapper.readTree(patch(line))), true, null));
            assertEquals(ServiceError.ARGUMENT_INVALID, assertThrows(ServiceException.class, update::check).error());
        }
    }

    private static byte[] patch(final String line) {
        final int end = line.indexOf(' ');
        final String patch = end < 0 ? "" : line.substring(end + 1);
        return REPEATED.matcher(patch).replaceAll(repeated -> repeated.group(2).repeat(Integer.parseInt(repeated.group(1)))).getBytes(StandardCharsets.UTF_8);
    }

    private static void assertJudged(final String line, final Action action) {
        if (line.startsWith("accepted")) {
            assertDoesNotThrow(action::run);
        } else {
            assertEquals(ServiceError.ARGUMENT_INVALID, assertThrows(ServiceException.class, action::run).error());
        }
    }

    private interface Action {
        void run() throws ServiceException;
    }
}
