/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.services.protocol.PastedText;
import io.github.nifiazuremqtt.services.protocol.SasResource;
import io.github.nifiazuremqtt.services.protocol.SharedAccessSignature;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A symmetric key of a device, a module, an enrollment group or a shared access policy (contract sections 2.1 and 2.4).
 */
public final class SharedAccessKey {

    private static final int MINIMUM_LENGTH = 16;

    private static final int MAXIMUM_LENGTH = 64;

    private static final String ALGORITHM = "HmacSHA256";

    private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]{32,}|[0-9A-F]{32,}");

    private static final Pattern NO_BASE64 = Pattern.compile("[^A-Za-z0-9+/=]");

    private static final PastedText PASTED = new PastedText("Key", Pattern.compile("[A-Za-z0-9+/]{20,}={0,2}\\z"));

    private final byte[] bytes;

    private SharedAccessKey(final byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads a key as people have it: with or without padding, with line breaks or invisible characters in it, quoted, in a line of an environment file, in
     * JSON.
     *
     * @param text base64
     * @throws WireFormatException saying what is wrong with the text without showing it
     */
    public static SharedAccessKey parse(final String text) {
        final String base64 = PastedText.compact(PASTED.unwrap(text));
        if (base64.contains("SharedAccess")) {
            throw new WireFormatException("Text is a connection string or a token, not a key: take only what stands behind SharedAccessKey=");
        }
        if (base64.startsWith("-----")) {
            throw new WireFormatException("Text is PEM, not a key of IoT Hub: a certificate and its key are for the strategy X.509 PEM");
        }
        if (HEXADECIMAL.matcher(base64).matches()) {
            throw new WireFormatException("Text is hexadecimal, and keys of IoT Hub are base64: copy the key as the portal shows it");
        }

        requireBase64(base64);
        final SharedAccessKey key = decode(base64);
        if (key.length() < MINIMUM_LENGTH || key.length() > MAXIMUM_LENGTH) {
            throw new WireFormatException("Key has %d bytes and keys of IoT Hub have %d to %d: was it copied whole?"
                    .formatted(key.length(), MINIMUM_LENGTH, MAXIMUM_LENGTH));
        }

        // Some clients leave the padding off; the last character of a key that lost more has bits that belong to the next byte.
        if (!base64.endsWith("=") && !Base64.getEncoder().withoutPadding().encodeToString(key.bytes).equals(base64)) {
            throw new WireFormatException("Key ends in the middle of a byte: was it copied whole?");
        }

        return key;
    }

    private static void requireBase64(final String text) {
        final Matcher other = NO_BASE64.matcher(text);
        if (!other.find()) {
            return;
        }

        final char character = text.charAt(other.start());
        throw new WireFormatException(character == '-' || character == '_'
                ? "Key is not base64: it has - or _ where keys of IoT Hub have + and /, so it is of another spelling or no key of IoT Hub"
                : "Key is not base64: it has %s".formatted(ShownText.character(text, other.start())));
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
