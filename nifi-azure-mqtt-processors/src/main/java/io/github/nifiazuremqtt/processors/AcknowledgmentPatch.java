/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The acknowledgement of desired properties as a patch.
 *
 * @param acknowledgment outcome
 * @param desired        what is acknowledged
 */
record AcknowledgmentPatch(DesiredAcknowledgment acknowledgment, ObjectNode desired) implements TwinPatch {

    @Override
    public boolean needsReported() {
        return acknowledgment.replacesObjects(desired);
    }

    @Override
    public byte[] create(final ReportedProperties reported) {
        final ObjectNode patch = acknowledgment.acknowledge(desired, reported == null ? null : reported.content());
        ReportedPatchRules.check(patch);
        if (reported != null) {
            reported.add(patch);
        }
        return JsonContent.write(patch);
    }
}
