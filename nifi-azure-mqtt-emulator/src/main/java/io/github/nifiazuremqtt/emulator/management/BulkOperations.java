/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.hub.DeviceRegistry;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.twin.TwinUpdate;
import io.github.nifiazuremqtt.emulator.twin.Twins;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Many changes of the identity registry in one request. Each is made or refused for itself. */
final class BulkOperations {

    private static final int MOST_IDENTITIES = 100;

    private final IdentityWriter writer;

    BulkOperations(final IdentityWriter writer) {
        this.writer = writer;
    }

    ManagementResponse run(final DeviceRegistry registry, final Twins twins, final JsonNode body) {
        if (!body.isArray() || body.isEmpty() || body.size() > MOST_IDENTITIES) {
            throw new IllegalArgumentException("The body is not an array of 1 to %d identities".formatted(MOST_IDENTITIES));
        }

        final Set<IdentityKey> seen = new HashSet<>();
        final List<Map<String, Object>> errors = new ArrayList<>();
        for (final JsonNode one : body) {
            final IdentityKey key = new IdentityKey(one.path("id").asText(), one.path("moduleId").asText(""));
            try {
                if (!seen.add(key)) {
                    throw new IllegalArgumentException("[%s] stands in the array twice".formatted(key));
                }

                run(registry, twins, key, one);
            } catch (final ServiceException e) {
                errors.add(error(key, one, e.error(), e.getMessage()));
            } catch (final IllegalArgumentException e) {
                errors.add(error(key, one, ServiceError.ARGUMENT_INVALID, e.getMessage()));
            }
        }

        return ManagementResponse.json(errors.isEmpty() ? 200 : 400,
                new JsonObject().with("isSuccessful", errors.isEmpty()).with("errors", errors).with("warnings", List.of()).fields());
    }

    private void run(final DeviceRegistry registry, final Twins twins, final IdentityKey key, final JsonNode one) throws ServiceException {
        final String mode = one.path("importMode").asText("createOrUpdate");
        switch (mode.toLowerCase(Locale.ROOT)) {
            case "create" -> {
                writer.create(registry, key, one);
                updateTwin(twins, key, one, "*");
            }
            case "update" -> writer.update(registry, key, one, "*");
            case "updateifmatchetag" -> writer.update(registry, key, one, etag(one));
            case "createorupdate" -> writer.createOrUpdate(registry, key, one, "*");
            case "createorupdateifmatchetag" -> writer.createOrUpdate(registry, key, one, etag(one));
            case "updatetwin" -> updateTwin(twins, key, one, "*");
            case "updatetwinifmatchetag" -> updateTwin(twins, key, one, one.path("twinETag").asText("").replace("\"", ""));
            case "delete" -> writer.delete(registry, key, "*");
            case "deleteifmatchetag" -> writer.delete(registry, key, etag(one));
            default -> throw new IllegalArgumentException("The import mode [%s] is none of create, update, updateIfMatchETag, createOrUpdate, "
                    .formatted(mode) + "createOrUpdateIfMatchETag, updateTwin, updateTwinIfMatchETag, delete, deleteIfMatchETag");
        }
    }

    private static void updateTwin(final Twins twins, final IdentityKey key, final JsonNode one, final String etag) throws ServiceException {
        final TwinUpdate update = TwinUpdate.of(one, false, etag);
        if (update.desired() != null || update.tags() != null) {
            twins.update(key, update);
        }
    }

    /** Clients of different languages spell it differently. */
    private static String etag(final JsonNode one) {
        return (one.has("eTag") ? one.get("eTag") : one.path("etag")).asText("").replace("\"", "");
    }

    private static Map<String, Object> error(final IdentityKey key, final JsonNode one, final ServiceError error, final String message) {
        return new JsonObject()
                .with("deviceId", key.deviceId())
                .with("moduleId", key.isModule() ? key.moduleId() : null)
                .with("errorCode", error.apiName())
                .with("errorStatus", message)
                .with("operation", one.path("importMode").asText(null))
                .fields();
    }
}
