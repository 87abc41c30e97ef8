/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import io.reactivex.schedulers.Schedulers;

/**
 * Ends the housekeeping threads of RxJava when nobody uses it any more. They start with the first use of its schedulers, run for ever, and would keep the
 * class loader of an unloaded NAR alive.
 */
final class RxThreads {

    private static int users;

    private RxThreads() {
    }

    static synchronized void acquire() {
        if (users == 0) {
            Schedulers.start();
        }
        users++;
    }

    static synchronized void release() {
        users--;
        if (users == 0) {
            Schedulers.shutdown();
        }
    }
}
