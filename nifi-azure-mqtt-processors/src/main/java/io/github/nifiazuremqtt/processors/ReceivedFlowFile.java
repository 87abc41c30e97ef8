/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
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
     * @param path where it came from, below the device, for example {@code /messages/devicebound}
     */
    static void create(final ProcessSession session, final IoTHubConnectionService service, final DeviceIdentity identity, final String path,
                       final byte[] content, final Map<String, String> attributes) {
        final long start = System.nanoTime();
        FlowFile flowFile = session.create();
        if (content.length > 0) {
            flowFile = session.write(flowFile, output -> output.write(content));
        }
        flowFile = session.putAllAttributes(flowFile, attributes);

        final String transitUri;
        try (DeviceConnection connection = service.acquire(identity)) {
            transitUri = connection.getEndpointUri() + path;
        }
        session.getProvenanceReporter().receive(flowFile, transitUri, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        session.transfer(flowFile, SourceProperties.REL_SUCCESS);
    }
}
