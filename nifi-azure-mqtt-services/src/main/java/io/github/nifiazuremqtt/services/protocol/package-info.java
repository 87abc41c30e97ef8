/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Text and bytes of the wire between a device and IoT Hub or the Device Provisioning Service: topics, names, tokens, property bags, rules of content.
 * Pure functions and values: no clock, no thread, no NiFi. Section numbers are those of the wire contract unless a specification is named.
 */
package io.github.nifiazuremqtt.services.protocol;
