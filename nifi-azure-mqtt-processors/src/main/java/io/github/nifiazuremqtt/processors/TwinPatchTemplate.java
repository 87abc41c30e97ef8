/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.OptionalLong;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;

/**
 * Makes the patch of a FlowFile as the properties of UpdateTwin say.
 */
final class TwinPatchTemplate {

    private final TwinContent content;

    private final FlowFileExpression code;

    private final FlowFileExpression description;

    private final FlowFileExpression expectedVersion;

    private TwinPatchTemplate(final TwinContent content, final FlowFileExpression code, final FlowFileExpression description,
                              final FlowFileExpression expectedVersion) {
        this.content = content;
        this.code = code;
        this.description = description;
        this.expectedVersion = expectedVersion;
    }

    static TwinPatchTemplate of(final ProcessContext context) {
        final TwinContent content = context.getProperty(UpdateTwin.CONTENT_STRATEGY).asAllowableValue(TwinContent.class);
        final boolean acknowledging = content == TwinContent.DESIRED_PROPERTIES;
        return new TwinPatchTemplate(content,
                acknowledging ? FlowFileExpression.of(context.getProperty(UpdateTwin.ACKNOWLEDGMENT_CODE)) : null,
                acknowledging ? FlowFileExpression.of(context.getProperty(UpdateTwin.ACKNOWLEDGMENT_DESCRIPTION)) : null,
                FlowFileExpression.of(context.getProperty(UpdateTwin.EXPECTED_VERSION)));
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if the content is not what it should be
     */
    TwinPatch createPatch(final FlowFile flowFile, final byte[] body) {
        final JsonText json = JsonText.decode(body);
        return content == TwinContent.REPORTED_PROPERTIES ? new ContentPatch(json) : createAcknowledgment(flowFile, JsonContent.readObject(json));
    }

    private AcknowledgmentPatch createAcknowledgment(final FlowFile flowFile, final ObjectNode object) {
        final String version = object.has("$version") ? object.get("$version").asText() : flowFile.getAttribute(IoTHubAttributes.TWIN_VERSION);
        if (version == null) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT,
                    "The content has no $version and the FlowFile no %s: there is no version to acknowledge".formatted(IoTHubAttributes.TWIN_VERSION));
        }
        final boolean partial = "false".equals(flowFile.getAttribute(IoTHubAttributes.TWIN_COMPLETE));
        return new AcknowledgmentPatch(new DesiredAcknowledgment((int) parse("Acknowledgment Code", code.evaluate(flowFile), Integer.MAX_VALUE),
                parse("$version", version, Long.MAX_VALUE), description.evaluate(flowFile), partial), object);
    }

    OptionalLong findExpectedVersion(final FlowFile flowFile) {
        final String version = expectedVersion.evaluate(flowFile);
        return version == null || version.isEmpty() ? OptionalLong.empty() : OptionalLong.of(parse("Expected Version", version, Long.MAX_VALUE));
    }

    private static long parse(final String name, final String value, final long maximum) {
        return WholeNumber.parse(value, maximum).orElseThrow(() -> new IoTHubException(FailureCategory.INVALID_CONTENT,
                "%s [%s] is not a whole number%s".formatted(name, value, maximum == Long.MAX_VALUE ? "" : " from 0 to " + maximum)));
    }
}
