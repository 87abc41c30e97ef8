/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/**
 * Makes patches for a section of a twin: values of all kinds, objects that merge, nulls that remove. The same seed gives the same patches.
 */
final class RandomPatches {

    private static final int KEYS = 12;

    private static final int NESTED_KEYS = 4;

    private final Random random;

    RandomPatches(final long seed) {
        this.random = new Random(seed);
    }

    /** A patch with a number that no other has, so that no two patches are equal. */
    ObjectNode next(final int number) {
        final ObjectNode patch = NiFiRest.MAPPER.createObjectNode().put("number", number);
        final int changes = 1 + random.nextInt(3);
        for (int change = 0; change < changes; change++) {
            put(patch, "key" + random.nextInt(KEYS), true);
        }
        return patch;
    }

    private void put(final ObjectNode patch, final String key, final boolean nesting) {
        switch (random.nextInt(nesting ? 7 : 5)) {
            case 0 -> patch.putNull(key);
            case 1 -> patch.put(key, random.nextInt());
            case 2 -> patch.put(key, random.nextBoolean());
            case 3 -> patch.put(key, "text " + random.nextInt());
            case 4 -> patch.putArray(key).add(random.nextInt(100)).add("element");
            default -> {
                final ObjectNode nested = patch.putObject(key);
                put(nested, "nested" + random.nextInt(NESTED_KEYS), false);
                put(nested, "nested" + random.nextInt(NESTED_KEYS), false);
            }
        }
    }
}
