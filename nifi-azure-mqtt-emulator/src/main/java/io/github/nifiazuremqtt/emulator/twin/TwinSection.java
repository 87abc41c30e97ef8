/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Desired properties, reported properties, or tags. Not safe for concurrent use. */
final class TwinSection {

    static final String VERSION = "$version";
    static final String METADATA = "$metadata";
    private static final String LAST_UPDATED = "$lastUpdated";
    private static final String LAST_UPDATED_VERSION = "$lastUpdatedVersion";

    private final int largestSize;
    private final boolean versionInMetadata;
    private ObjectNode content = JsonNodeFactory.instance.objectNode();
    private ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    private int version = 1;

    /**
     * An empty section.
     *
     * @param largestSize limit of its size
     * @param versionInMetadata whether the metadata say in which version a property was changed, as those of desired properties do
     * @param now time
     */
    TwinSection(final int largestSize, final boolean versionInMetadata, final Instant now) {
        this.largestSize = largestSize;
        this.versionInMetadata = versionInMetadata;
        stamp(metadata, now);
    }

    /** The properties; not to be changed. */
    ObjectNode content() {
        return content;
    }

    int version() {
        return version;
    }

    /** The section as a device sees it. */
    ObjectNode forDevice() {
        return withVersion(content);
    }

    /** The section as the service API shows it. */
    ObjectNode forService() {
        final ObjectNode section = content.deepCopy();
        section.set(METADATA, metadata.deepCopy());
        section.put(VERSION, version);
        return section;
    }

    /** Refuses a change that would leave the section too large. */
    void checkSize(final ObjectNode change, final boolean replace) throws ServiceException {
        requireRoom(MergePatch.apply(replace ? JsonNodeFactory.instance.objectNode() : content, change));
    }

    /** Applies a patch and returns it with the new version, as it is pushed to devices. */
    ObjectNode merge(final ObjectNode patch, final Instant now) throws ServiceException {
        final ObjectNode merged = MergePatch.apply(content, patch);
        requireRoom(merged);
        content = merged;
        version++;
        describe(metadata, patch, now);
        return withVersion(patch);
    }

    /** Replaces the whole section and returns it with the new version, as it is pushed to devices. */
    ObjectNode replace(final ObjectNode replacement, final Instant now) throws ServiceException {
        final ObjectNode cleaned = MergePatch.apply(JsonNodeFactory.instance.objectNode(), replacement);
        requireRoom(cleaned);
        content = cleaned;
        version++;
        metadata = JsonNodeFactory.instance.objectNode();
        describe(metadata, cleaned, now);
        return withVersion(cleaned);
    }

    /** Only what makes a section larger is refused. */
    private void requireRoom(final ObjectNode changed) throws ServiceException {
        final int size = TwinLimits.size(changed);
        if (size > largestSize && size > TwinLimits.size(content)) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID,
                    "The section would have a size of %d, more than %d.".formatted(size, largestSize));
        }
    }

    private ObjectNode withVersion(final ObjectNode properties) {
        final ObjectNode copy = properties.deepCopy();
        copy.put(VERSION, version);
        return copy;
    }

    private void describe(final ObjectNode description, final ObjectNode patch, final Instant now) {
        stamp(description, now);
        for (final Map.Entry<String, JsonNode> change : patch.properties()) {
            if (change.getValue().isNull()) {
                description.remove(change.getKey());
            } else {
                final ObjectNode known = change.getValue().isObject() && description.get(change.getKey()) instanceof final ObjectNode object
                        ? object : description.putObject(change.getKey());
                describe(known, change.getValue() instanceof final ObjectNode nested ? nested : JsonNodeFactory.instance.objectNode(), now);
            }
        }
    }

    private void stamp(final ObjectNode description, final Instant now) {
        description.put(LAST_UPDATED, now.truncatedTo(ChronoUnit.MILLIS).toString());
        if (versionInMetadata) {
            description.put(LAST_UPDATED_VERSION, version);
        }
    }
}
