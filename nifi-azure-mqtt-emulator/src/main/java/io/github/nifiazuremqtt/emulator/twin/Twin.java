/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;

/** The twin of one device or module. Not safe for concurrent use. */
final class Twin {

    private static final int PROPERTIES_SIZE = 32 * 1024;
    private static final int TAGS_SIZE = 8 * 1024;

    private final TwinSection desired;
    private final TwinSection reported;
    private final TwinSection tags;
    private long version = 1;

    Twin(final Instant now) {
        desired = new TwinSection(PROPERTIES_SIZE, true, now);
        reported = new TwinSection(PROPERTIES_SIZE, false, now);
        tags = new TwinSection(TAGS_SIZE, false, now);
    }

    TwinSection desired() {
        return desired;
    }

    TwinSection reported() {
        return reported;
    }

    TwinSection tags() {
        return tags;
    }

    long version() {
        return version;
    }

    /** Changes with every update from either side. */
    String etag() {
        return Base64.getEncoder().encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(version).array());
    }

    /** What a device gets when it asks for its twin. */
    ObjectNode forDevice() {
        final ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.set("desired", desired.forDevice());
        document.set("reported", reported.forDevice());
        return document;
    }

    /**
     * Takes a patch from the device.
     *
     * @param json merge patch
     * @param expectedVersion the version that the reported properties must have, null if any will do
     * @return the patch
     */
    ObjectNode report(final byte[] json, final Long expectedVersion, final Instant now) throws ServiceException {
        final ObjectNode patch = TwinLimits.read(json);
        if (expectedVersion != null && expectedVersion != reported.version()) {
            throw new ServiceException(ServiceError.PRECONDITION_FAILED,
                    "The version of the reported properties is %d, not %d.".formatted(reported.version(), expectedVersion));
        }

        reported.merge(patch, now);
        version++;
        return patch;
    }

    /**
     * Takes an update from the service.
     *
     * @return what is pushed to the device, null if the desired properties were not touched
     */
    ObjectNode update(final TwinUpdate update, final Instant now) throws ServiceException {
        if (!update.matches(etag())) {
            throw new ServiceException(ServiceError.PRECONDITION_FAILED, "The twin has the ETag %s.".formatted(etag()));
        }

        // both sections change, or none
        if (update.desired() != null) {
            desired.checkSize(update.desired(), update.replace());
        }

        if (update.tags() != null) {
            apply(tags, update.tags(), update.replace(), now);
        }

        final ObjectNode push = update.desired() == null ? null : apply(desired, update.desired(), update.replace(), now);
        version++;
        return push;
    }

    private static ObjectNode apply(final TwinSection section, final ObjectNode content, final boolean replace, final Instant now) throws ServiceException {
        return replace ? section.replace(content, now) : section.merge(content, now);
    }
}
