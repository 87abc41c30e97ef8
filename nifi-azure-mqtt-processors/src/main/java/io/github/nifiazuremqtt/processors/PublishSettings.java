/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import java.time.Duration;

/**
 * What the properties of PublishToIoTHub say, read once when it is started.
 *
 * @param service               connections
 * @param identities            as whom a FlowFile is sent
 * @param template              what is sent
 * @param batchSize             FlowFiles committed together at most
 * @param maximumBatches        batches that are sent and not yet settled at most
 * @param acknowledgmentTimeout longest time to wait for one acknowledgement
 * @param refusals              when FlowFiles of refused devices go to failure
 */
record PublishSettings(IoTHubConnectionService service, IdentityExpression identities, MessageTemplate template, int batchSize, int maximumBatches,
                       Duration acknowledgmentTimeout, RefusalClock refusals) {
}
