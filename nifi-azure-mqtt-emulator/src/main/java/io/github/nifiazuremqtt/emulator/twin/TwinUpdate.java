/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.util.List;

/**
 * A change of a twin by the service side.
 *
 * @param desired desired properties or a merge patch of them, null to leave them alone
 * @param tags tags or a merge patch of them, null to leave them alone
 * @param replace whether the sections are replaced instead of patched
 * @param etag the ETag that the twin must have, null or {@code *} if any will do
 */
public record TwinUpdate(ObjectNode desired, ObjectNode tags, boolean replace, String etag) {

    private static final List<String> READ_ONLY = List.of(TwinSection.VERSION, TwinSection.METADATA);

    public TwinUpdate {
        desired = desired == null ? null : desired.deepCopy().without(READ_ONLY);
        tags = tags == null ? null : tags.deepCopy().without(READ_ONLY);
    }

    /** Reads the body of a request to the service API: {@code {"properties": {"desired": ..}, "tags": ..}}. */
    public static TwinUpdate of(final JsonNode body, final boolean replace, final String etag) throws ServiceException {
        if (!body.isObject()) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The body must be a JSON object.");
        }

        return new TwinUpdate(section(body.path("properties"), "desired"), section(body, "tags"), replace, etag);
    }

    void check() throws ServiceException {
        if (desired != null) {
            TwinLimits.check(desired);
        }

        if (tags != null) {
            TwinLimits.check(tags);
        }
    }

    boolean matches(final String current) {
        return etag == null || "*".equals(etag) || etag.equals(current);
    }

    private static ObjectNode section(final JsonNode parent, final String name) throws ServiceException {
        final JsonNode node = parent.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }

        if (node instanceof final ObjectNode object) {
            return object;
        }

        throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The section '%s' must be a JSON object.".formatted(name));
    }
}
