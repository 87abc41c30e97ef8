/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.io.IOException;

/**
 * Runs in the NiFi process before NiFi: ends the process when the one that started it is gone, however that ended. The pipe to standard input closes then.
 */
public final class NiFiMain {

    private NiFiMain() {
    }

    public static void main(final String[] arguments) throws ReflectiveOperationException {
        Thread.ofPlatform().name("Parent Process Watch").daemon().start(NiFiMain::endWithParent);
        Class.forName("org.apache.nifi.NiFi").getMethod("main", String[].class).invoke(null, (Object) arguments);
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is sent here: only the end of the stream means something.
                continue;
            }
        } catch (final IOException e) {
            // The same as the end of the stream.
        }

        Runtime.getRuntime().halt(1);
    }
}
