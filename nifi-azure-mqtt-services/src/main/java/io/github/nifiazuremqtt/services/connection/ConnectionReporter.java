/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import org.apache.nifi.logging.ComponentLog;

/**
 * Tells people about one connection: a bulletin for an outage when it begins, and again only if it turns out that a person must act or that a quota is used
 * up; a line in the log for the rest. An outage ends when the hub has acknowledged something, not when it accepts a connection.
 */
final class ConnectionReporter {

    private static final long SECONDS_ENOUGH = 10;

    private final ComponentLog log;

    private final DeviceIdentity identity;

    private FailureCategory reported;

    private boolean refusalReported;

    ConnectionReporter(final ComponentLog log, final DeviceIdentity identity) {
        this.log = log;
        this.identity = identity;
    }

    /**
     * @param renewed true if the connection replaces an open one because its token ends, which is routine
     */
    synchronized void connected(final OpenedSession session, final boolean renewed) {
        if (session.findRefusal().isEmpty()) {
            refusalReported = false;
        } else if (!refusalReported) {
            refusalReported = true;
            log.warn("Device [{}] is connected with the {}, because the other credential was refused: {}", identity, session.credentialLabel(),
                    session.refusal().getMessage());
        }
        if (renewed) {
            log.debug("Device [{}] connected anew because its token ends", identity);
        } else {
            log.info("Device [{}] connected to [{}] with the {}", identity, session.hub().hub(), session.credentialLabel());
        }
    }

    /**
     * @param needed false if nobody uses the connection at the moment
     */
    synchronized void failed(final IoTHubException reason, final Duration wait, final boolean needed) {
        final String next = needed ? "Next attempt in " + describe(wait) : "The next attempt is made when a component needs the connection";
        final boolean personMustAct = reason.getCategory().needsPerson();
        final boolean known = reported == reason.getCategory() || reported != null && !personMustAct && reason.getCategory() != FailureCategory.THROTTLED;
        if (known) {
            log.info("{}. {}", reason.getMessage(), next);
            return;
        }

        reported = reason.getCategory();
        if (personMustAct) {
            log.error("{}. {}", reason.getMessage(), next);
        } else {
            log.warn("{}. {}; what is not acknowledged stays in the queue", reason.getMessage(), next);
        }
    }

    private static String describe(final Duration wait) {
        return wait.toSeconds() < SECONDS_ENOUGH ? wait.toMillis() + " ms" : wait.toSeconds() + " s";
    }

    synchronized void working() {
        if (reported != null) {
            reported = null;
            log.info("Device [{}] works again", identity);
        }
    }

    void refused(final IoTHubException reason) {
        log.error(reason.getMessage());
    }

    void closed(final String reason) {
        log.info("Device [{}] disconnected: {}", identity, reason);
    }
}
