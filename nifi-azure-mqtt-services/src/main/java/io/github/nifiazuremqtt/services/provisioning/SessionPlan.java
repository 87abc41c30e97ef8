/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.services.mqtt.ConnectSettings;
import io.github.nifiazuremqtt.services.protocol.ProvisioningApiVersion;

/**
 * A session to be opened with one of the credentials of a device.
 *
 * @param applicant who opens it
 * @param settings  CONNECT
 * @param last      true if there is no further credential to try
 * @param version   API version with which the service is asked
 */
record SessionPlan(Applicant applicant, ConnectSettings settings, boolean last, ProvisioningApiVersion version) {
}
