// Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
// SPDX-License-Identifier: Apache-2.0

// What Microsoft's clients for Node do with an emulator. Its ports and its owner's connection string come as JSON in EMULATOR, what has been seen goes as
// JSON to the standard output. NODE_EXTRA_CA_CERTS names the certificate to trust.
'use strict';

const https = require('node:https');
const net = require('node:net');
const fs = require('node:fs');
const { Client, Message } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');
const { Registry } = require('azure-iothub');
const { ProvisioningServiceClient } = require('azure-iot-provisioning-service');

const emulator = JSON.parse(process.env.EMULATOR);

/** The service clients always speak TLS to port 443: this lets them speak HTTP to the management port. */
class ManagementAgent extends https.Agent {
  createConnection(options, connected) {
    return net.connect({ host: '127.0.0.1', port: emulator.managementPort }, connected);
  }
}

function through(client, agent) {
  client._restApiClient.setOptions({ http: { agent } });
  return client;
}

async function code(promise) {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return `${error.name} ${error.response ? error.response.statusCode : ''}`.trim();
  }
}

async function useDevice(deviceId, key) {
  const client = Client.fromConnectionString(`HostName=localhost:${emulator.mqttPort};DeviceId=${deviceId};SharedAccessKey=${key}`, Mqtt);
  await client.setOptions({ ca: fs.readFileSync(process.env.NODE_EXTRA_CA_CERTS, 'utf8') });
  await client.open();
  await client.sendEvent(new Message(JSON.stringify({ temperature: 21.5 })));
  const twin = await client.getTwin();
  const version = twin.properties.desired.$version;
  await client.close();
  return version;
}

async function useManagementPort() {
  const registry = through(Registry.fromConnectionString(emulator.ownerConnectionString), new ManagementAgent());
  const created = (await registry.create({ deviceId: 'node-1' })).responseBody;
  const key = created.authentication.symmetricKey.primaryKey;
  return { deviceId: created.deviceId, keyLength: key.length, desiredVersion: await useDevice('node-1', key) };
}

async function useServiceApi() {
  // an agent's own host and port win over those of the request
  const registry = through(Registry.fromConnectionString(emulator.ownerConnectionString),
    new https.Agent({ host: 'localhost', port: emulator.serviceApiPort }));
  const seen = { createdTwice: await code(registry.create({ deviceId: 'node-1' })), missing: await code(registry.get('nobody')) };
  seen.added = (await registry.addDevices([{ deviceId: 'node-2' }, { deviceId: 'node-3', status: 'disabled', statusReason: 'spare' }])).responseBody;
  seen.refused = await code(registry.addDevices([{ deviceId: 'node-2' }]));
  const before = (await registry.get('node-2')).responseBody;
  const after = (await registry.update({ deviceId: 'node-2', status: 'disabled' })).responseBody;
  seen.keyKept = before.authentication.symmetricKey.primaryKey === after.authentication.symmetricKey.primaryKey;
  seen.statistics = (await registry.getRegistryStatistics()).responseBody;
  await registry.updateTwin('node-1', { tags: { plant: 'A' } }, '*');
  const query = registry.createQuery("SELECT * FROM devices WHERE tags.plant = 'A' OR status = 'disabled'", 2);
  seen.pages = [];
  while (query.hasMoreResults) {
    seen.pages.push((await query.nextAsTwin()).result.map((twin) => twin.deviceId));
  }
  seen.listed = (await registry.list()).responseBody.map((device) => device.deviceId);
  await registry.addModule({ deviceId: 'node-1', moduleId: 'camera' });
  seen.modules = (await registry.getModulesOnDevice('node-1')).responseBody.map((module) => module.moduleId);
  await registry.delete('node-3');
  seen.deleted = await code(registry.get('node-3'));
  return seen;
}

async function useProvisioningService() {
  const client = through(ProvisioningServiceClient.fromConnectionString(emulator.ownerConnectionString),
    new https.Agent({ host: 'localhost', port: emulator.serviceApiPort }));
  const enrollment = { registrationId: 'press-4', attestation: { type: 'symmetricKey', symmetricKey: { primaryKey: '', secondaryKey: '' } } };
  const created = (await client.createOrUpdateIndividualEnrollment(enrollment)).responseBody;
  const seen = { status: created.provisioningStatus, conflict: await code(client.createOrUpdateIndividualEnrollment(enrollment)) };
  const mechanism = (await client.getIndividualEnrollmentAttestationMechanism('press-4')).responseBody;
  seen.keyLength = mechanism.symmetricKey.primaryKey.length;
  const updated = (await client.createOrUpdateIndividualEnrollment({ ...created, deviceId: 'press-four', attestation: enrollment.attestation })).responseBody;
  seen.deviceId = updated.deviceId;
  seen.stale = await code(client.deleteIndividualEnrollment('press-4', created.etag));
  await client.createOrUpdateEnrollmentGroup({ enrollmentGroupId: 'plant', attestation: { type: 'symmetricKey' } });
  const query = client.createIndividualEnrollmentQuery({ query: '*' }, 10);
  seen.found = (await query.next()).responseBody.map((one) => one.registrationId);
  await client.deleteIndividualEnrollment('press-4', updated.etag);
  seen.deleted = await code(client.getIndividualEnrollment('press-4'));
  return seen;
}

async function main() {
  const seen = { management: await useManagementPort(), serviceApi: await useServiceApi(), provisioning: await useProvisioningService() };
  process.stdout.write(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
