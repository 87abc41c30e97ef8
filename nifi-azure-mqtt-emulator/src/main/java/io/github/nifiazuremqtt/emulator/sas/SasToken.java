/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.sas;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A shared access signature. The signature covers the resource exactly as it was spelled, so the spelling is kept.
 *
 * @param resource {@code sr} as received, still encoded
 * @param signature {@code sig}, decoded to base64
 * @param expiry {@code se}, seconds since 1970
 * @param policy {@code skn}, decoded; empty if the token has none
 */
public record SasToken(String resource, String signature, long expiry, String policy) {

    private static final String SCHEME = "SharedAccessSignature ";
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern API_VERSION = Pattern.compile("/\\??api-version=[^/]*$");

    /** Reads a token; empty if it is not one. */
    public static Optional<SasToken> parse(final String text) {
        if (!text.startsWith(SCHEME)) {
            return Optional.empty();
        }

        String resource = null;
        String signature = null;
        String expiry = null;
        String policy = "";
        for (final String field : text.substring(SCHEME.length()).split("&")) {
            final int equals = field.indexOf('=');
            final String value = field.substring(equals + 1);
            switch (field.substring(0, Math.max(0, equals)).toLowerCase(Locale.ROOT)) {
                case "sr" -> resource = value;
                case "sig" -> signature = value;
                case "se" -> expiry = value;
                case "skn" -> policy = value;
                default -> {
                    // fields of later versions are none of our business
                }
            }
        }

        if (resource == null || signature == null || expiry == null) {
            return Optional.empty();
        }

        try {
            return Optional.of(new SasToken(resource, PercentCoding.decode(signature), Long.parseLong(expiry), PercentCoding.decode(policy)));
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Makes a token. The resource is given plain and encoded here; an empty policy leaves the policy out. */
    public static SasToken sign(final String resource, final String key, final Instant expiry, final String policy) {
        final String encoded = PercentCoding.encode(resource);
        return new SasToken(encoded, hmac(key, encoded + "\n" + expiry.getEpochSecond()), expiry.getEpochSecond(), policy);
    }

    /** The key of one device of an enrollment group. */
    public static String derivedKey(final String groupKey, final String registrationId) {
        return hmac(groupKey, registrationId);
    }

    /** The token as a password. */
    public String text() {
        final String named = policy.isEmpty() ? "" : "&skn=" + PercentCoding.encode(policy);
        return SCHEME + "sr=" + resource + "&sig=" + PercentCoding.encode(signature) + "&se=" + expiry + named;
    }

    /** Whether the signature was made with this base64 key; nothing is signed with an empty one. */
    public boolean isSignedWith(final String key) {
        return !key.isEmpty() && MessageDigest.isEqual(
                hmac(key, resource + "\n" + expiry).getBytes(StandardCharsets.US_ASCII), signature.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Whether the resource is the given one or stands above it; compared by whole segments, the host without regard to case or a port. An API version at the
     * end of the resource is part of what is signed and says nothing else.
     */
    public boolean covers(final String plainResource) {
        final String[] scope;
        try {
            scope = API_VERSION.matcher(PercentCoding.decode(resource)).replaceFirst("").split("/");
        } catch (final IllegalArgumentException e) {
            return false;
        }

        final String[] wanted = plainResource.split("/");
        if (scope.length > wanted.length || !ConnectionString.withoutPort(scope[0]).equalsIgnoreCase(wanted[0])) {
            return false;
        }

        for (int i = 1; i < scope.length; i++) {
            if (!scope[i].equals(wanted[i])) {
                return false;
            }
        }

        return true;
    }

    public Instant expiresAt() {
        return Instant.ofEpochSecond(expiry);
    }

    @Override
    public String toString() {
        return "SasToken[resource=%s, expiry=%s, policy=%s]".formatted(resource, expiry, policy);
    }

    private static String hmac(final String key, final String text) {
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }
}
