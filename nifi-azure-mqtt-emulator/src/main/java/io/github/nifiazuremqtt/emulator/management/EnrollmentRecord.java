/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import java.time.Instant;

/**
 * An enrollment with what the service API tells about it beside.
 *
 * @param enrollment the enrollment
 * @param document what it was made from
 * @param etag entity tag
 * @param created when it was made
 * @param updated when it was last changed
 */
record EnrollmentRecord(Enrollment enrollment, JsonNode document, String etag, Instant created, Instant updated) {
}
