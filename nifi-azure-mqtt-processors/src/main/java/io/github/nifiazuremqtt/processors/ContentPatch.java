/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

/**
 * The content of a FlowFile as a patch.
 *
 * @param json content
 */
record ContentPatch(JsonText json) implements TwinPatch {

    @Override
    public boolean needsReported() {
        return false;
    }

    /** As it came: numbers keep their digits. */
    @Override
    public byte[] create(final ReportedProperties reported) {
        ReportedPatchRules.check(JsonContent.readObject(json));
        return json.utf8();
    }
}
