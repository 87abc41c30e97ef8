/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ShownText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.schema.access.SchemaNotFoundException;
import org.apache.nifi.serialization.MalformedRecordException;
import org.apache.nifi.serialization.RecordReader;
import org.apache.nifi.serialization.RecordSetWriter;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;

/**
 * Registers the devices of a list, a part of it at each trigger. An attribute of the list says which records are done, so that one which takes many minutes
 * goes on where it was after a stop.
 */
final class RecordRegistrations {

    private final RegistrationSettings settings;

    private final ProcessSession session;

    private final ComponentLog logger;

    RecordRegistrations(final RegistrationSettings settings, final ProcessSession session, final ComponentLog logger) {
        this.settings = settings;
        this.session = session;
        this.logger = logger;
    }

    /**
     * @return why records are not done although they were tried
     */
    Hindrances register(final RegistrationBatch batch) throws InterruptedException {
        final FlowFile list = session.get();
        if (list == null) {
            return new Hindrances();
        }

        final RecordNumbers done = RecordNumbers.parse(list.getAttribute(IoTHubAttributes.RECORDS_DONE));
        final Part part;
        final byte[] payload;
        try {
            part = read(list, done);
            payload = settings.propertyPayload(list);
        } catch (final MalformedRecordException | SchemaNotFoundException | IOException | IoTHubException e) {
            logger.error("{} cannot be read as a list of devices", ShownText.value(list), ShownText.cause(e));
            session.transfer(list, RegisterWithDPS.REL_PARSE_FAILURE);
            return new Hindrances();
        }

        final List<PendingRecord> pending = part.records().stream().map(device -> new PendingRecord(device, begin(device.content(), payload, batch))).toList();
        batch.await();
        return settle(list, done, part, pending);
    }

    private Part read(final FlowFile list, final RecordNumbers done) throws MalformedRecordException, SchemaNotFoundException, IOException {
        try (InputStream content = session.read(list);
             RecordReader reader = settings.readerFactory().createRecordReader(list, content, logger)) {
            final List<NumberedRecord> records = new ArrayList<>();
            int number = 1;
            Record next = reader.nextRecord();
            while (next != null && records.size() < RegisterWithDPS.BATCH_SIZE) {
                if (!done.contains(number)) {
                    records.add(new NumberedRecord(number, next));
                }
                number++;
                next = reader.nextRecord();
            }
            return new Part(reader.getSchema(), records, next == null);
        }
    }

    private CompletableFuture<RegistrationOutcome> begin(final Record device, final byte[] payload, final RegistrationBatch batch) {
        final String registrationId = device.getAsString(settings.registrationIdField());
        if (registrationId == null || registrationId.isBlank()) {
            return CompletableFuture.completedFuture(RegistrationOutcome.refused(new IoTHubException(FailureCategory.INVALID_CONTENT,
                    "The record has no registration id in its field [%s]".formatted(settings.registrationIdField()))));
        }

        final byte[] devicePayload;
        try {
            devicePayload = settings.isPayloadContent() ? RecordPayload.encode(device) : payload;
        } catch (final IoTHubException e) {
            return CompletableFuture.completedFuture(RegistrationOutcome.refused(e));
        }
        return batch.register(new ProvisioningRequest(registrationId, devicePayload));
    }

    private Hindrances settle(final FlowFile list, final RecordNumbers done, final Part part, final List<PendingRecord> pending) {
        final List<PendingRecord> assigned = pending.stream().filter(record -> record.getOutcome().isAssigned()).toList();
        final List<PendingRecord> held = pending.stream().filter(record -> record.getOutcome().isTransient()).toList();
        final List<PendingRecord> refused = pending.stream().filter(record -> record.getOutcome().isRefused()).toList();
        write(list, assigned, RegistrationFields.ASSIGNED, part.schema());
        write(list, refused, RegistrationFields.REFUSED, part.schema());
        assigned.forEach(record -> done.add(record.device().number()));
        refused.forEach(record -> done.add(record.device().number()));
        if (!pending.isEmpty()) {
            logger.info("{}: {} devices registered, {} refused, {} to be tried again; {} records of the list are done so far",
                    ShownText.value(list), assigned.size(),
                    refused.size(), held.size(), done.size());
        }

        final Hindrances setbacks = new Hindrances();
        Stream.concat(assigned.stream(), refused.stream()).forEach(record -> setbacks.addDone(findId(record)));
        held.forEach(record -> setbacks.add(findId(record), 1, record.getOutcome().failure()));
        if (part.last() && held.isEmpty()) {
            final FlowFile finished = session.removeAttribute(list, IoTHubAttributes.RECORDS_DONE);
            session.transfer(session.putAttribute(finished, "record.count", Integer.toString(done.size())), RegisterWithDPS.REL_ORIGINAL);
            return setbacks;
        }

        final FlowFile unfinished = session.putAttribute(list, IoTHubAttributes.RECORDS_DONE, done.toString());
        session.transfer(held.isEmpty() ? unfinished : session.penalize(unfinished));
        return setbacks;
    }

    private String findId(final PendingRecord record) {
        return record.device().content().getAsString(settings.registrationIdField());
    }

    private void write(final FlowFile list, final List<PendingRecord> records, final RegistrationFields fields, final RecordSchema listSchema) {
        if (records.isEmpty()) {
            return;
        }

        final boolean assigned = fields == RegistrationFields.ASSIGNED;
        final RecordSchema extended = fields.extend(listSchema);
        final List<Record> written = records.stream().map(record -> fields.extend(record.device().content(), extended, record.getOutcome())).toList();
        final String mimeType;
        FlowFile child = session.create(list);
        try (OutputStream content = session.write(child);
             RecordSetWriter writer = settings.writerFactory().createWriter(logger, settings.writerFactory().getSchema(list.getAttributes(), extended), content,
                     child)) {
            writer.beginRecordSet();
            for (final Record record : written) {
                writer.write(record);
            }
            writer.finishRecordSet();
            mimeType = writer.getMimeType();
        } catch (final SchemaNotFoundException | IOException e) {
            throw new ProcessException("Records of registered devices cannot be written", e);
        }

        child = session.putAllAttributes(session.removeAttribute(child, IoTHubAttributes.RECORDS_DONE),
                Map.of("mime.type", mimeType, "record.count", Integer.toString(records.size())));
        if (assigned) {
            final long duration = records.stream().mapToLong(record -> record.getOutcome().durationMillis()).max().orElse(0);
            session.getProvenanceReporter().send(child, settings.service().getEndpointUri() + "/registrations", records.size() + " devices", duration);
        }
        session.adjustCounter(assigned ? RegisterWithDPS.COUNTER_REGISTERED : RegisterWithDPS.COUNTER_REFUSED, records.size(), false);
        session.transfer(child, assigned ? RegisterWithDPS.REL_SUCCESS : RegisterWithDPS.REL_FAILURE);
    }

    private record NumberedRecord(int number, Record content) {
    }

    private record Part(RecordSchema schema, List<NumberedRecord> records, boolean last) {
    }

    private record PendingRecord(NumberedRecord device, CompletableFuture<RegistrationOutcome> outcome) {

        private RegistrationOutcome getOutcome() {
            return outcome.join();
        }
    }
}
