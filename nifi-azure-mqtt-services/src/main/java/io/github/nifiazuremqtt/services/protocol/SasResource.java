/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceIdentity;

/**
 * What a shared access signature opens (contract sections 2.1 and 2.4), in the spelling that this product signs: upper-case hexadecimal digits, slashes
 * encoded.
 *
 * @param encoded value of {@code sr}
 */
public record SasResource(String encoded) {

    /**
     * @param hostName full host name of the hub without port
     */
    public static SasResource identity(final String hostName, final DeviceIdentity identity) {
        return new SasResource(PercentCoding.encode(identityPath(hostName, identity)));
    }

    /**
     * @param hostName full host name of the hub without port
     */
    public static SasResource hub(final String hostName) {
        return new SasResource(PercentCoding.encode(hostName));
    }

    public static SasResource registration(final String idScope, final String registrationId) {
        return new SasResource(PercentCoding.encode(registrationPath(idScope, registrationId)));
    }

    /**
     * @param expiration seconds since 1970
     * @return the text over which the signature is made
     */
    public String toSign(final long expiration) {
        return encoded + "\n" + expiration;
    }

    static String identityPath(final String hostName, final DeviceIdentity identity) {
        final String device = hostName + "/devices/" + identity.deviceId();
        return identity.module().map(module -> device + "/modules/" + module).orElse(device);
    }

    static String registrationPath(final String idScope, final String registrationId) {
        return idScope + "/registrations/" + registrationId;
    }
}
