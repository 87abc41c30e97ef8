/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A part of a list of results, with a token in a header that asks for the next one. */
final class Page {

    private static final String CONTINUATION = "x-ms-continuation";
    private static final int USUAL_SIZE = 100;
    private static final int LARGEST_SIZE = 1000;

    private Page() {
    }

    /** The part that the headers of a request ask for. */
    static ManagementResponse of(final List<?> results, final ManagementRequest request) {
        final int size = request.headerNumber("x-ms-max-item-count", USUAL_SIZE, 1, Integer.MAX_VALUE);
        final int start = Math.min(start(request.header(CONTINUATION)), results.size());
        final int end = start + Math.min(Math.min(size, LARGEST_SIZE), results.size() - start);
        final ManagementResponse response = ManagementResponse.json(results.subList(start, end));
        return end < results.size() ? response.withHeader(CONTINUATION, token(end)) : response;
    }

    private static String token(final int start) {
        return Base64.getEncoder().encodeToString(Integer.toString(start).getBytes(StandardCharsets.US_ASCII));
    }

    private static int start(final String token) {
        if (token.isEmpty()) {
            return 0;
        }

        try {
            return Integer.parseUnsignedInt(new String(Base64.getDecoder().decode(token), StandardCharsets.US_ASCII));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("The header [%s] holds no token of an earlier answer".formatted(CONTINUATION), e);
        }
    }
}
