/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.hub.DeviceRegistry;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IdentityRules;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.util.concurrent.locks.ReentrantLock;

/** Creates, updates and deletes identities under the conditions of the service API. An entity tag of {@code *} is any. */
final class IdentityWriter {

    private static final String ANY = "*";

    /** What is looked at stays as it is until it is changed. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Makes an identity that must not exist. */
    RegisteredIdentity create(final DeviceRegistry registry, final IdentityKey key, final JsonNode body) throws ServiceException {
        lock.lock();
        try {
            if (registry.find(key).isPresent()) {
                throw new ServiceException(key.isModule() ? ServiceError.MODULE_ALREADY_EXISTS : ServiceError.DEVICE_ALREADY_EXISTS,
                        "[%s] exists already; to change it give its ETag, or *, in If-Match".formatted(key));
            }

            IdentityRules.requireId(key.deviceId());
            if (key.isModule()) {
                IdentityRules.requireId(key.moduleId());
                existing(registry, IdentityKey.device(key.deviceId()));
            }

            return write(registry, key, body, null);
        } finally {
            lock.unlock();
        }
    }

    /** Changes an identity that must exist. */
    RegisteredIdentity update(final DeviceRegistry registry, final IdentityKey key, final JsonNode body, final String etag) throws ServiceException {
        lock.lock();
        try {
            final RegisteredIdentity before = existing(registry, key);
            requireMatch(before, etag);
            return write(registry, key, body, before);
        } finally {
            lock.unlock();
        }
    }

    /** Makes an identity or changes the one that there is. */
    RegisteredIdentity createOrUpdate(final DeviceRegistry registry, final IdentityKey key, final JsonNode body, final String etag) throws ServiceException {
        lock.lock();
        try {
            return registry.find(key).isEmpty() ? create(registry, key, body) : update(registry, key, body, etag);
        } finally {
            lock.unlock();
        }
    }

    /** Removes an identity that must exist. */
    void delete(final DeviceRegistry registry, final IdentityKey key, final String etag) throws ServiceException {
        lock.lock();
        try {
            requireMatch(existing(registry, key), etag);
            registry.remove(key);
        } finally {
            lock.unlock();
        }
    }

    static RegisteredIdentity existing(final DeviceRegistry registry, final IdentityKey key) throws ServiceException {
        return registry.find(key).orElseThrow(() -> new ServiceException(
                key.isModule() ? ServiceError.MODULE_NOT_FOUND : ServiceError.DEVICE_NOT_FOUND, "[%s] is not registered".formatted(key)));
    }

    private static RegisteredIdentity write(final DeviceRegistry registry, final IdentityKey key, final JsonNode body, final RegisteredIdentity before) {
        final IdentityDocument document = IdentityDocument.read(body, key, before);
        return registry.put(key, document.enabled(), document.authentication(), document.details());
    }

    private static void requireMatch(final RegisteredIdentity identity, final String etag) throws ServiceException {
        if (!etag.equals(ANY) && !etag.equals(identity.etag())) {
            throw new ServiceException(ServiceError.PRECONDITION_FAILED, "[%s] has the ETag [%s]".formatted(identity.key(), identity.etag()));
        }
    }
}
