/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordField;
import org.apache.nifi.serialization.record.RecordFieldType;
import org.apache.nifi.serialization.record.RecordSchema;

/**
 * What became of a device, as fields behind those of its record: flat, so that they can be columns too, and with a prefix, so that they hide no field of
 * the list.
 */
enum RegistrationFields {

    ASSIGNED(List.of(field("dpsStatus"), field("dpsSubstatus"), field("dpsAssignedHub"), field("dpsDeviceId"), field("dpsOperationId"))),

    REFUSED(List.of(field("dpsStatus"), field("dpsFailureReason"), new RecordField("dpsStatusCode", RecordFieldType.INT.getDataType()),
            new RecordField("dpsErrorCode", RecordFieldType.INT.getDataType()), field("dpsTrackingId")));

    private final List<RecordField> fields;

    RegistrationFields(final List<RecordField> fields) {
        this.fields = fields;
    }

    private static RecordField field(final String name) {
        return new RecordField(name, RecordFieldType.STRING.getDataType());
    }

    /**
     * @return the fields of the list and these; a list that comes from failure loses the fields of the last attempt
     */
    RecordSchema extend(final RecordSchema list) {
        final List<String> own = Stream.of(values()).flatMap(set -> set.fields.stream()).map(RecordField::getFieldName).toList();
        final List<RecordField> extended = new ArrayList<>(list.getFields().stream().filter(field -> !own.contains(field.getFieldName())).toList());
        extended.addAll(fields);
        return new SimpleRecordSchema(extended);
    }

    Record extend(final Record device, final RecordSchema extended, final RegistrationOutcome outcome) {
        final Map<String, Object> values = new LinkedHashMap<>(device.toMap());
        if (this == ASSIGNED) {
            putAssigned(values, outcome);
        } else {
            putRefused(values, outcome);
        }
        return new MapRecord(extended, values, false, true);
    }

    private static void putAssigned(final Map<String, Object> values, final RegistrationOutcome outcome) {
        final ProvisioningResult result = outcome.result();
        values.put("dpsStatus", "assigned");
        values.put("dpsSubstatus", result.substatus());
        values.put("dpsAssignedHub", outcome.hubName());
        values.put("dpsDeviceId", result.deviceId());
        values.put("dpsOperationId", result.operationId());
    }

    private static void putRefused(final Map<String, Object> values, final RegistrationOutcome outcome) {
        final HubError error = outcome.failure().getHubError().orElse(null);
        values.put("dpsStatus", outcome.findFailedStatus().orElse(null));
        values.put("dpsFailureReason", outcome.failure().getMessage());
        values.put("dpsStatusCode", error == null ? null : error.statusCode());
        values.put("dpsErrorCode", error == null ? null : error.errorCode());
        values.put("dpsTrackingId", error == null ? null : error.trackingId());
    }
}
