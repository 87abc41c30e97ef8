/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.services.mqtt.ConnectSettings;

/**
 * A session to be opened with one of the credentials of a device.
 *
 * @param applicant who opens it
 * @param settings  CONNECT
 * @param last      true if there is no further credential to try
 */
record SessionPlan(Applicant applicant, ConnectSettings settings, boolean last) {
}
