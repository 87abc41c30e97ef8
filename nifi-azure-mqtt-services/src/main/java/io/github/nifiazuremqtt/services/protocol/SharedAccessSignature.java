/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A token as the password of a CONNECT (contract section 2). The value of {@code sr} is kept as it was given, because the signature is made over its exact
 * spelling.
 *
 * @param text       the token: a secret
 * @param resource   {@code sr}, decoded
 * @param expiration {@code se}
 * @param policyName {@code skn}, or null
 */
public record SharedAccessSignature(String text, String resource, Instant expiration, String policyName) {

    private static final String SCHEME = "SharedAccessSignature ";

    private static final int WORD_LENGTH = SCHEME.length() - 1;

    private static final Set<String> NAMES = Set.of("sr", "sig", "se", "skn");

    private static final Pattern IDENTITY = Pattern.compile("([^/]+)/devices/([^/]+)(?:/modules/([^/]+))?");

    private static final Pattern END_OF_PATH = Pattern.compile("(?:/api-version=[^/]*)?/?\\z");

    /** Of HMAC-SHA256. */
    private static final int SIGNATURE_LENGTH = 32;

    private static final Pattern PASTED_FORM = Pattern.compile("SharedAccessSignature(?!\\s*=)|(?:sr|sig|se|skn)=", Pattern.CASE_INSENSITIVE);

    private static final PastedText PASTED = new PastedText("Shared access signature", PASTED_FORM);

    /**
     * @param expiration seconds since 1970
     * @param signature  base64
     * @param policyName name of the shared access policy whose key signed, {@code registration} for the Device Provisioning Service, or null
     */
    public static SharedAccessSignature of(final SasResource resource, final String signature, final long expiration, final String policyName) {
        final String text = SCHEME + "sr=" + resource.encoded() + "&sig=" + PercentCoding.encode(signature) + "&se=" + expiration
                + (policyName == null ? "" : "&skn=" + PercentCoding.encode(policyName));
        return new SharedAccessSignature(text, PercentCoding.decode(resource.encoded()), Instant.ofEpochSecond(expiration), policyName);
    }

    /**
     * Reads a token as people have it: with or without its first word, fields in any order and their names in any case, wrapped into lines, quoted, in a line
     * of an environment file or in JSON. Its text becomes one that IoT Hub takes; what was signed stays as it was spelled.
     *
     * @throws WireFormatException if it is not a token; the text never holds what was given
     */
    public static SharedAccessSignature parse(final String text) {
        // A token is percent-encoded, so blanks and line breaks in it come from where it was copied.
        final String compact = PastedText.compact(PASTED.unwrap(text));
        if (!PASTED_FORM.matcher(compact).lookingAt()) {
            throw new WireFormatException("Shared access signature does not start with \"SharedAccessSignature sr=\"");
        }

        final Map<String, String> fields = new LinkedHashMap<>();
        for (final String field : compact.substring(compact.regionMatches(true, 0, SCHEME, 0, WORD_LENGTH) ? WORD_LENGTH : 0).split("&", -1)) {
            final int equals = field.indexOf('=');
            if (equals <= 0) {
                throw new WireFormatException("Shared access signature has a part without name and value: was it copied whole?");
            }

            final String name = field.substring(0, equals).toLowerCase(Locale.ROOT);
            if (!NAMES.contains(name)) {
                throw new WireFormatException("Shared access signature has an unknown field, with a name of %d characters: its fields are sr, sig, se and skn"
                        .formatted(name.length()));
            }
            if (fields.put(name, field.substring(equals + 1)) != null) {
                throw new WireFormatException("Shared access signature has the field \"%s\" twice".formatted(name));
            }
        }

        fields.put("sig", encodeSignature(require(fields, "sig")));
        final String policyName = decode("skn", fields.getOrDefault("skn", ""));
        final String canonical = fields.entrySet().stream().map(field -> field.getKey() + "=" + field.getValue()).collect(Collectors.joining("&", SCHEME, ""));
        return new SharedAccessSignature(canonical, decode("sr", require(fields, "sr")), parseExpiration(require(fields, "se")),
                policyName.isEmpty() ? null : policyName);
    }

    public Optional<String> findPolicyName() {
        return Optional.ofNullable(policyName);
    }

    /**
     * @return the one device or module that the token is for; empty if it is for all of a hub, or for a registration
     */
    public Optional<DeviceIdentity> findIdentity() {
        final Matcher identity = IDENTITY.matcher(path());
        return identity.matches() ? Optional.of(DeviceIdentity.of(identity.group(2), identity.group(3))) : Optional.empty();
    }

    /**
     * @return full host name of the hub, if the token is for a device or module
     */
    public Optional<String> findHostName() {
        final Matcher identity = IDENTITY.matcher(path());
        return identity.matches() ? Optional.of(identity.group(1)) : Optional.empty();
    }

    /**
     * @param hostName full host name of the hub without port
     * @return true if the token opens this identity: {@code sr} is the identity's path or a parent of it, compared by whole segments
     */
    public boolean covers(final String hostName, final DeviceIdentity identity) {
        return covers(hostName.length(), SasResource.identityPath(hostName, identity));
    }

    /**
     * @return true if the token opens this registration
     */
    public boolean coversRegistration(final String idScope, final String registrationId) {
        final String path = SasResource.registrationPath(idScope, registrationId);
        return covers(path.length(), path);
    }

    @Override
    public String toString() {
        return "SharedAccessSignature[resource=%s, expiration=%s, policyName=%s]".formatted(resource, expiration, policyName);
    }

    private boolean covers(final int caseInsensitiveLength, final String path) {
        final String scope = path();
        final int common = Math.min(caseInsensitiveLength, scope.length());
        return scope.length() <= path.length()
                && path.regionMatches(true, 0, scope, 0, common)
                && path.startsWith(scope.substring(common), common)
                && (scope.length() == path.length() || path.charAt(scope.length()) == '/');
    }

    /**
     * @return the resource without what some tools write behind it
     */
    private String path() {
        return END_OF_PATH.matcher(resource).replaceFirst("");
    }

    private static String require(final Map<String, String> fields, final String name) {
        final String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new WireFormatException("Shared access signature has no field \"%s\"".formatted(name));
        }

        return value;
    }

    private static String decode(final String name, final String value) {
        try {
            return PercentCoding.decode(value);
        } catch (final WireFormatException e) {
            throw new WireFormatException("Field \"%s\" of the shared access signature is not percent-encoded".formatted(name));
        }
    }

    /**
     * @return the signature in the one spelling that every service decodes; it is not part of what was signed
     */
    private static String encodeSignature(final String signature) {
        try {
            final byte[] bytes = Base64.getDecoder().decode(decode("sig", signature));
            if (bytes.length == SIGNATURE_LENGTH) {
                return PercentCoding.encode(Base64.getEncoder().encodeToString(bytes));
            }

            throw new WireFormatException("Field \"sig\" of the shared access signature has %d bytes and a signature has %d: was it copied whole?"
                    .formatted(bytes.length, SIGNATURE_LENGTH));
        } catch (final WireFormatException e) {
            throw e;
        } catch (final IllegalArgumentException e) {
            // The cause is left out: its text shows characters of the signature.
            throw new WireFormatException("Field \"sig\" of the shared access signature is not base64: was it copied whole?");
        }
    }

    private static Instant parseExpiration(final String seconds) {
        try {
            return Instant.ofEpochSecond(TopicQuery.parseNumber(seconds).orElseThrow());
        } catch (final NoSuchElementException | DateTimeException e) {
            throw new WireFormatException("Field \"se\" of the shared access signature is not a number of seconds since 1970");
        }
    }
}
