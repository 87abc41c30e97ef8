/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;

/**
 * Makes the FlowFile of something received, with its provenance.
 */
final class ReceivedFlowFile {

    private ReceivedFlowFile() {
    }

    /**
     * @param transitUri where it came from, for example {@code mqtts://contoso.azure-devices.net/devices/press-7/messages/devicebound}
     */
    static void create(final ProcessSession session, final String transitUri, final byte[] content, final Map<String, String> attributes) {
        final long start = System.nanoTime();
        FlowFile flowFile = session.create();
        if (content.length > 0) {
            flowFile = session.write(flowFile, output -> output.write(content));
        }
        flowFile = session.putAllAttributes(flowFile, attributes);
        session.getProvenanceReporter().receive(flowFile, transitUri, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        session.transfer(flowFile, SourceProperties.REL_SUCCESS);
    }
}
