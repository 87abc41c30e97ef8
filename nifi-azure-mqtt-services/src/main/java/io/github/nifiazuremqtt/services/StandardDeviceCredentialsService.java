/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.services.credentials.CredentialSource;
import io.github.nifiazuremqtt.services.credentials.Finding;
import io.github.nifiazuremqtt.services.protocol.IdentityRules;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.migration.PropertyConfiguration;

/**
 * Credentials of the devices, modules and registrations that a flow speaks for.
 */
@Tags({"azure", "iot", "iot hub", "dps", "device", "credentials", "sas", "key", "connection string", "enrollment", "x509", "certificate", "pem"})
@CapabilityDescription("Proves to Azure IoT Hub, IoT Edge and the Device Provisioning Service who a device is, by a token or a client certificate. "
        + "Tokens are made in memory for each connection and end by themselves; keys are never sent.")
public class StandardDeviceCredentialsService extends AbstractControllerService implements DeviceCredentialsService, VerifiableControllerService {

    private static final Duration REVIEW_PERIOD = Duration.ofMinutes(1);

    private final Clock clock;

    private final Duration reviewPeriod;

    private volatile CredentialSource source;

    private volatile ScheduledExecutorService expirationScheduler;

    public StandardDeviceCredentialsService() {
        this(Clock.systemUTC(), REVIEW_PERIOD);
    }

    StandardDeviceCredentialsService(final Clock clock, final Duration reviewPeriod) {
        this.clock = clock;
        this.reviewPeriod = reviewPeriod;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return CredentialProperties.ALL;
    }

    @Override
    public void migrateProperties(final PropertyConfiguration config) {
        CredentialProperties.migrate(config);
    }

    @Override
    protected List<ValidationResult> customValidate(final ValidationContext context) {
        try {
            CredentialProperties.requirePemPair(context);
            if (CredentialProperties.needsSslContextService(context) && !context.getProperty(CredentialProperties.SSL_CONTEXT_SERVICE).isSet()) {
                return List.of(invalid(CredentialProperties.SSL_CONTEXT_SERVICE, "the device proves itself with a certificate, which must come from here"));
            }
        } catch (final WireFormatException e) {
            return List.of(invalid(CredentialProperties.CONNECTION_STRING, e.getMessage()));
        } catch (final IoTHubException e) {
            return List.of(invalid(CredentialProperties.PRIVATE_KEY, e.getMessage()));
        }

        return List.of();
    }

    private static ValidationResult invalid(final PropertyDescriptor property, final String explanation) {
        return new ValidationResult.Builder().subject(property.getName()).valid(false).explanation(explanation).build();
    }

    @OnEnabled
    public void onEnabled(final ConfigurationContext context) {
        final CredentialSource enabledSource = CredentialProperties.createSource(context, clock);
        enabledSource.findWarning().ifPresent(warning -> getLogger().warn("{}", warning));
        source = enabledSource;
        if (enabledSource.endsByItself()) {
            watchExpirations(enabledSource);
        }
    }

    @OnDisabled
    public void onDisabled() {
        source = null;
        if (expirationScheduler != null) {
            expirationScheduler.shutdownNow();
            expirationScheduler = null;
        }
    }

    @Override
    public List<DeviceCredential> getCredentials(final CredentialTarget target) {
        return enabledSource().getCredentials(target);
    }

    @Override
    public Optional<ConnectionDetails> findConnectionDetails() {
        return enabledSource().findConnectionDetails();
    }

    private CredentialSource enabledSource() {
        final CredentialSource enabled = source;
        if (enabled == null) {
            throw new IoTHubException(FailureCategory.CLOSED, "The device credentials service is disabled");
        }
        return enabled;
    }

    @Override
    public List<ConfigVerificationResult> verify(final ConfigurationContext context, final ComponentLog verificationLogger,
                                                 final Map<String, String> variables) {
        final List<ConfigVerificationResult> results = new ArrayList<>();
        try {
            final CredentialSource verifiedSource = CredentialProperties.createSource(context, clock);
            verifiedSource.examine(findIdentity(variables)).forEach(finding -> results.add(describe(finding)));
            verifiedSource.findWarning().ifPresent(warning -> results.add(describe("Consider Risks", Outcome.SUCCESSFUL, "Warning: " + warning)));
        } catch (final WireFormatException | IoTHubException e) {
            results.add(describe("Read Credentials", Outcome.FAILED, e.getMessage()));
        }

        return results;
    }

    private void watchExpirations(final CredentialSource watchedSource) {
        reviewExpirations(watchedSource);
        expirationScheduler = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
                .name("%s[id=%s] expiration".formatted(getClass().getSimpleName(), getIdentifier())).daemon().factory());
        expirationScheduler.scheduleWithFixedDelay(() -> reviewExpirations(watchedSource), reviewPeriod.toMillis(), reviewPeriod.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void reviewExpirations(final CredentialSource reviewedSource) {
        try {
            reviewedSource.reviewExpirations().forEach(sentence -> getLogger().warn("{}", sentence));
        } catch (final RuntimeException e) {
            // An exception would end all later reviews without a word.
            getLogger().error("Review of what ends soon failed; it is repeated", e);
        }
    }

    private static DeviceIdentity findIdentity(final Map<String, String> variables) {
        final String deviceId = variables.getOrDefault(CredentialProperties.DEVICE_ID_ATTRIBUTE, "");
        if (deviceId.isEmpty()) {
            return null;
        }

        final DeviceIdentity identity = DeviceIdentity.of(deviceId, variables.get(CredentialProperties.MODULE_ID_ATTRIBUTE));
        IdentityRules.findProblem(identity).ifPresent(problem -> {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, problem);
        });
        return identity;
    }

    private static ConfigVerificationResult describe(final Finding finding) {
        return describe(finding.step(), switch (finding.verdict()) {
            case GOOD -> Outcome.SUCCESSFUL;
            case FAILED -> Outcome.FAILED;
            case SKIPPED -> Outcome.SKIPPED;
        }, finding.text());
    }

    private static ConfigVerificationResult describe(final String step, final Outcome outcome, final String explanation) {
        return new ConfigVerificationResult.Builder().verificationStepName(step).outcome(outcome).explanation(ShownText.sentence(explanation)).build();
    }
}
