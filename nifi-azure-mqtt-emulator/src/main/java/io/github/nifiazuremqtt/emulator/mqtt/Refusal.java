/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

/**
 * Why the service ends a connection. Clients are never told.
 *
 * @param row row of the table of refusals, 0 for what is none
 * @param reason one sentence
 */
public record Refusal(int row, String reason) {

    @Override
    public String toString() {
        return row == 0 ? reason : "row %d: %s".formatted(row, reason);
    }
}
