/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import org.apache.nifi.logging.ComponentLog;

/**
 * Says once, not at each trigger, why there is no lease or receiver to be had. Outages of connections are announced by the service; this is known only here.
 */
final class RefusalNotice {

    private final ComponentLog logger;

    private volatile String announced;

    RefusalNotice(final ComponentLog logger) {
        this.logger = logger;
    }

    /**
     * @param refusal reason, or null if nothing was refused
     */
    void announce(final String refusal) {
        if (refusal != null && !refusal.equals(announced)) {
            logger.warn("Waiting for a connection: {}", refusal);
        }
        announced = refusal;
    }
}
