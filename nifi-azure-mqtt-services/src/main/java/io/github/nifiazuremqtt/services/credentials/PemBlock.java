/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One thing between a BEGIN and an END line.
 *
 * @param type    what the BEGIN line says, for example {@code CERTIFICATE}
 * @param headers lines of an encrypted key of OpenSSL's own form; usually none
 * @param base64  content, without line breaks: perhaps a secret
 */
record PemBlock(String type, List<String> headers, String base64) {

    private static final String KEY = "PRIVATE KEY";

    private static final int LINE_LENGTH = 64;

    boolean isPrivateKey() {
        return type.endsWith(KEY);
    }

    boolean isCertificate() {
        return switch (type) {
            case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" -> true;
            default -> false;
        };
    }

    /**
     * @return true for what OpenSSL writes beside a key and nobody misses
     */
    boolean isParameters() {
        return type.endsWith(" PARAMETERS");
    }

    /**
     * @return the block in the one form that every parser reads
     */
    String toPem() {
        final StringBuilder pem = new StringBuilder("-----BEGIN %s-----\n".formatted(type));
        headers.forEach(header -> pem.append(header).append('\n'));
        pem.append(headers.isEmpty() ? "" : "\n");
        for (int start = 0; start < base64.length(); start += LINE_LENGTH) {
            pem.append(base64, start, Math.min(start + LINE_LENGTH, base64.length())).append('\n');
        }
        return pem.append("-----END %s-----\n".formatted(type)).toString();
    }

    /**
     * @return a type for texts, for example {@code certificate request}; in capitals it looks like the beginning of what must not be shown
     */
    static String describe(final String type) {
        return type.toLowerCase(Locale.ROOT);
    }

    private static String describe(final List<PemBlock> blocks) {
        return blocks.stream().map(PemBlock::type).distinct().map(type -> (type.startsWith("E") ? "an " : "a ") + describe(type))
                .collect(Collectors.joining(" and "));
    }

    /**
     * @throws IoTHubException if one is of another type
     */
    static List<PemBlock> requireCertificates(final String origin, final List<PemBlock> blocks) {
        final List<PemBlock> others = new ArrayList<>();
        final List<PemBlock> certificates = new ArrayList<>();
        for (final PemBlock block : blocks) {
            if (block.isCertificate()) {
                certificates.add(block);
            } else if (!block.isPrivateKey() && !block.isParameters()) {
                others.add(block);
            }
        }

        if (!others.isEmpty()) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s holds %s, which is no certificate: give the certificates alone"
                    .formatted(origin, describe(others)));
        }
        if (certificates.isEmpty()) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s holds no certificate%s".formatted(origin, describeInstead(blocks)));
        }
        return certificates;
    }

    /**
     * @throws IoTHubException if there is not exactly one
     */
    static PemBlock requirePrivateKey(final String origin, final List<PemBlock> blocks) {
        final List<PemBlock> keys = blocks.stream().filter(PemBlock::isPrivateKey).toList();
        if (keys.isEmpty()) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s holds no private key%s".formatted(origin, describeInstead(blocks)));
        }
        if (keys.size() > 1) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s holds %d private keys: leave only that of the device".formatted(origin,
                    keys.size()));
        }
        return keys.getFirst();
    }

    private static String describeInstead(final List<PemBlock> blocks) {
        return blocks.isEmpty() ? "" : " but " + describe(blocks);
    }

    @Override
    public String toString() {
        return "PemBlock[%s]".formatted(type);
    }
}
