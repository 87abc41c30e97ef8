/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.protocol.TwinBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Feeds one receiver with the desired properties of one session (contract section 5.3): first the whole section, then the changes with a higher version. A
 * change that comes while the section is being read waits for it.
 */
final class DesiredFeed {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration RETRY = Duration.ofSeconds(5);

    private static final Duration OVERFLOW_PAUSE = Duration.ofSeconds(1);

    private final DeviceIdentity identity;

    private final SessionSource source;

    private final DesiredInbox inbox;

    private final TwinRequests twin;

    private final ScheduledExecutorService timer;

    private final DoubleSupplier random;

    private final List<DesiredPropertiesUpdate> early = new ArrayList<>();

    private boolean reading;

    /**
     * What was given out is not all that there is: nothing on this connection yet, although the hub sends changes as soon as they are subscribed, or a change
     * was lost because there was no room. Changes say nothing before the whole section is read.
     */
    private boolean incomplete = true;

    private boolean ended;

    private long version;

    DesiredFeed(final DeviceIdentity identity, final SessionSource source, final DesiredInbox inbox, final TwinRequests twin,
                final ScheduledExecutorService timer, final DoubleSupplier random) {
        this.identity = identity;
        this.source = source;
        this.inbox = inbox;
        this.twin = twin;
        this.timer = timer;
        this.random = random;
    }

    /** Begins, or begins again with the whole section. */
    void read() {
        synchronized (this) {
            if (reading || ended) {
                return;
            }
            reading = true;
        }
        // What cannot be read is asked for again as what did not come.
        twin.get(ANSWER_TIMEOUT).thenAccept(document -> complete(document.json())).exceptionally(failure -> {
            retry();
            return null;
        });
    }

    private synchronized void retry() {
        reading = false;
        if (!ended) {
            readLater(RETRY);
        }
    }

    /** The devices of a hub that had a fault do not all come back at the same moment. */
    private void readLater(final Duration pause) {
        timer.schedule(this::read, Math.round(pause.toMillis() * (1 + random.getAsDouble())), TimeUnit.MILLISECONDS);
    }

    private synchronized void complete(final byte[] json) {
        if (ended) {
            return;
        }

        final TwinBody body = TwinBody.parse(json);
        reading = false;
        incomplete = false;
        version = body.desiredVersion();
        inbox.received(new DesiredPropertiesUpdate(identity, source.hostName(), source.endpointUri(), version, true, body.desired()));
        final List<DesiredPropertiesUpdate> waited = List.copyOf(early);
        early.clear();
        waited.forEach(this::changed);
    }

    synchronized void changed(final DesiredPropertiesUpdate update) {
        if (ended) {
            return;
        }
        if (reading) {
            early.add(update);
        } else if (!incomplete && update.version() > version) {
            version = update.version();
            incomplete = !inbox.received(update);
            if (incomplete) {
                // Not at once: the receiver is slow, and each whole section costs the hub a read.
                readLater(OVERFLOW_PAUSE);
            }
        }
    }

    synchronized void end() {
        ended = true;
        early.clear();
    }

    DesiredInbox inbox() {
        return inbox;
    }
}
