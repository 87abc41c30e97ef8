/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

/**
 * Quality of service of a published message. There is no 2: the servers in question close the connection on it.
 */
public enum MqttQuality {
    AT_MOST_ONCE,
    AT_LEAST_ONCE
}
