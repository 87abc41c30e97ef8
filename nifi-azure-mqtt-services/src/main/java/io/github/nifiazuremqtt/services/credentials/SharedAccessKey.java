/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.services.protocol.SasResource;
import io.github.nifiazuremqtt.services.protocol.SharedAccessSignature;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A symmetric key of a device, a module, an enrollment group or a shared access policy (contract sections 2.1 and 2.4).
 */
public final class SharedAccessKey {

    private static final int MINIMUM_LENGTH = 16;

    private static final int MAXIMUM_LENGTH = 64;

    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] bytes;

    private SharedAccessKey(final byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * @param text base64, with or without padding
     * @throws WireFormatException saying what is wrong with the text without showing it
     */
    public static SharedAccessKey parse(final String text) {
        if (text.contains("SharedAccess")) {
            throw new WireFormatException("Text is a connection string or a token, not a key: take only what stands behind SharedAccessKey=");
        }

        final SharedAccessKey key = decode(text.strip());
        if (key.length() < MINIMUM_LENGTH || key.length() > MAXIMUM_LENGTH) {
            throw new WireFormatException("Key has %d bytes and keys of IoT Hub have %d to %d: was it copied whole?"
                    .formatted(key.length(), MINIMUM_LENGTH, MAXIMUM_LENGTH));
        }

        return key;
    }

    /**
     * @return the key that a device of this enrollment group has; the registration id counts as it is typed
     */
    public SharedAccessKey derive(final String registrationId) {
        return new SharedAccessKey(sign(registrationId));
    }

    public int length() {
        return bytes.length;
    }

    public boolean isSameAs(final SharedAccessKey other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return "SharedAccessKey[%d bytes]".formatted(bytes.length);
    }

    static SharedAccessKey decode(final String base64) {
        try {
            return new SharedAccessKey(Base64.getDecoder().decode(base64));
        } catch (final IllegalArgumentException e) {
            // The cause is left out: its text shows characters of the key.
            throw new WireFormatException("Key is not base64: was it copied whole, without quotes or line breaks?");
        }
    }

    /**
     * @param expiration seconds since 1970
     * @param policyName as for {@link SharedAccessSignature#of}
     */
    SharedAccessSignature sign(final SasResource resource, final long expiration, final String policyName) {
        return SharedAccessSignature.of(resource, Base64.getEncoder().encodeToString(sign(resource.toSign(expiration))), expiration, policyName);
    }

    private byte[] sign(final String text) {
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes, ALGORITHM));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }
}
