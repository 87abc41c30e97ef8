/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import java.time.Duration;

/** What a queue goes by; may change at any time. */
interface QueueRules {

    Duration lock();

    Duration timeToLive();

    /** Most messages in one queue. */
    int capacity();

    /** Most messages that a device has and has not acknowledged. */
    int window();

    boolean isOn(HubSwitch wanted);
}
