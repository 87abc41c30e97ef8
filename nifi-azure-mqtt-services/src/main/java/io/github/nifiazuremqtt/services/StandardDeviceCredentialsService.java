/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.services.credentials.ConnectionStringSource;
import io.github.nifiazuremqtt.services.credentials.CredentialSource;
import io.github.nifiazuremqtt.services.credentials.DeviceKeySource;
import io.github.nifiazuremqtt.services.credentials.ExpirationWatch;
import io.github.nifiazuremqtt.services.credentials.GroupKeySource;
import io.github.nifiazuremqtt.services.credentials.PolicyKeySource;
import io.github.nifiazuremqtt.services.credentials.SharedAccessKey;
import io.github.nifiazuremqtt.services.credentials.SignatureSource;
import io.github.nifiazuremqtt.services.credentials.TokenIssuer;
import io.github.nifiazuremqtt.services.protocol.ConnectionString;
import io.github.nifiazuremqtt.services.protocol.SharedAccessSignature;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * Credentials of the devices, modules and registrations that a flow speaks for.
 */
@Tags({"azure", "iot", "iot hub", "dps", "device", "credentials", "sas", "key", "connection string", "enrollment"})
@CapabilityDescription("Proves to Azure IoT Hub, IoT Edge and the Device Provisioning Service who a device is. "
        + "Tokens are made in memory for each connection and end by themselves; keys are never sent.")
public class StandardDeviceCredentialsService extends AbstractControllerService implements DeviceCredentialsService, VerifiableControllerService {

    static final PropertyDescriptor AUTHENTICATION_STRATEGY = new PropertyDescriptor.Builder()
            .name("Authentication Strategy")
            .description("How a device proves who it is.")
            .required(true)
            .allowableValues(AuthenticationStrategy.class)
            .defaultValue(AuthenticationStrategy.CONNECTION_STRING)
            .build();

    static final PropertyDescriptor CONNECTION_STRING = new PropertyDescriptor.Builder()
            .name("Connection String")
            .description("Connection string of a device or module: HostName=..;DeviceId=..;SharedAccessKey=.. It may hold ModuleId, GatewayHostName, "
                    + "and SharedAccessSignature in place of the key.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(StandardDeviceCredentialsService::readConnectionString))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.CONNECTION_STRING)
            .build();

    static final PropertyDescriptor DEVICE_KEY = new PropertyDescriptor.Builder()
            .name("Device Key")
            .description("Primary symmetric key of the device, module or individual enrollment, in base64.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessKey::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.DEVICE_KEY)
            .build();

    static final PropertyDescriptor SECONDARY_DEVICE_KEY = new PropertyDescriptor.Builder()
            .name("Secondary Device Key")
            .description("Key that is tried when the primary one is refused, so that keys can be changed while the flow runs.")
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessKey::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.DEVICE_KEY)
            .build();

    static final PropertyDescriptor ENROLLMENT_GROUP_KEY = new PropertyDescriptor.Builder()
            .name("Enrollment Group Key")
            .description("Symmetric key of the enrollment group, in base64. The key of each device is derived from it and the registration id.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessKey::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.ENROLLMENT_GROUP_KEY)
            .build();

    static final PropertyDescriptor POLICY_NAME = new PropertyDescriptor.Builder()
            .name("Policy Name")
            .description("Name of a shared access policy of the hub that has the right DeviceConnect.")
            .required(true)
            .defaultValue("device")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.SHARED_ACCESS_POLICY)
            .build();

    static final PropertyDescriptor POLICY_KEY = new PropertyDescriptor.Builder()
            .name("Policy Key")
            .description("Key of the shared access policy, in base64. It opens every device of the hub.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessKey::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.SHARED_ACCESS_POLICY)
            .build();

    static final PropertyDescriptor SHARED_ACCESS_SIGNATURE = new PropertyDescriptor.Builder()
            .name("Shared Access Signature")
            .description("Token for the device, module or registration: SharedAccessSignature sr=..&sig=..&se=.. Warnings come before it ends.")
            .required(true)
            .sensitive(true)
            .addValidator(new SecretValidator(SharedAccessSignature::parse))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.SHARED_ACCESS_SIGNATURE)
            .build();

    static final PropertyDescriptor TOKEN_LIFETIME = new PropertyDescriptor.Builder()
            .name("Token Lifetime")
            .description("How long a token is good. The connection is renewed before it ends.")
            .required(true)
            .defaultValue("1 hour")
            .addValidator(StandardValidators.createTimePeriodValidator(1, TimeUnit.HOURS, 24, TimeUnit.HOURS))
            .dependsOn(AUTHENTICATION_STRATEGY, AuthenticationStrategy.CONNECTION_STRING, AuthenticationStrategy.DEVICE_KEY,
                    AuthenticationStrategy.ENROLLMENT_GROUP_KEY, AuthenticationStrategy.SHARED_ACCESS_POLICY)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(AUTHENTICATION_STRATEGY, CONNECTION_STRING, DEVICE_KEY, SECONDARY_DEVICE_KEY,
            ENROLLMENT_GROUP_KEY, POLICY_NAME, POLICY_KEY, SHARED_ACCESS_SIGNATURE, TOKEN_LIFETIME);

    private final Clock clock = Clock.systemUTC();

    private volatile CredentialSource source;

    private volatile ScheduledExecutorService expirationScheduler;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    @OnEnabled
    public void onEnabled(final ConfigurationContext context) {
        final CredentialSource enabledSource = createSource(context);
        enabledSource.findWarning().ifPresent(warning -> getLogger().warn("{}", warning));
        enabledSource.findExpiration().ifPresent(this::watchExpiration);
        source = enabledSource;
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
        return source.getCredentials(target);
    }

    @Override
    public Optional<ConnectionDetails> findConnectionDetails() {
        return source.findConnectionDetails();
    }

    @Override
    public List<ConfigVerificationResult> verify(final ConfigurationContext context, final ComponentLog verificationLogger,
                                                 final Map<String, String> variables) {
        final List<ConfigVerificationResult> results = new ArrayList<>();
        try {
            final CredentialSource verifiedSource = createSource(context);
            results.add(result("Read Credentials", Outcome.SUCCESSFUL, verifiedSource.describe()));
            verifiedSource.findExpiration().ifPresent(expiration -> results.add(verifyExpiration(expiration)));
            verifiedSource.findWarning().ifPresent(warning -> results.add(result("Consider Risks", Outcome.SUCCESSFUL, "Warning: " + warning)));
        } catch (final WireFormatException e) {
            results.add(result("Read Credentials", Outcome.FAILED, e.getMessage()));
        }

        return results;
    }

    private CredentialSource createSource(final PropertyContext context) {
        return switch (context.getProperty(AUTHENTICATION_STRATEGY).asAllowableValue(AuthenticationStrategy.class)) {
            case CONNECTION_STRING -> createConnectionStringSource(context.getProperty(CONNECTION_STRING).getValue(), createTokenIssuer(context));
            case DEVICE_KEY -> {
                final PropertyValue secondaryKey = context.getProperty(SECONDARY_DEVICE_KEY);
                yield new DeviceKeySource(readKey(context, DEVICE_KEY), secondaryKey.isSet() ? readKey(context, SECONDARY_DEVICE_KEY) : null,
                        createTokenIssuer(context));
            }
            case ENROLLMENT_GROUP_KEY -> new GroupKeySource(readKey(context, ENROLLMENT_GROUP_KEY), createTokenIssuer(context));
            case SHARED_ACCESS_POLICY -> new PolicyKeySource(context.getProperty(POLICY_NAME).getValue(), readKey(context, POLICY_KEY),
                    createTokenIssuer(context));
            case SHARED_ACCESS_SIGNATURE -> new SignatureSource(SharedAccessSignature.parse(context.getProperty(SHARED_ACCESS_SIGNATURE).getValue()), clock);
        };
    }

    private CredentialSource createConnectionStringSource(final String text, final TokenIssuer issuer) {
        final ConnectionString connectionString = readConnectionString(text);
        final CredentialSource proof = switch (connectionString.proof()) {
            case KEY -> new DeviceKeySource(SharedAccessKey.parse(connectionString.secret()), null, issuer);
            case SIGNATURE -> new SignatureSource(SharedAccessSignature.parse(connectionString.secret()), clock);
            case CERTIFICATE -> throw certificateExpected();
        };
        return new ConnectionStringSource(connectionString, proof);
    }

    private static ConnectionString readConnectionString(final String text) {
        final ConnectionString connectionString = ConnectionString.parse(text);
        switch (connectionString.proof()) {
            case KEY -> SharedAccessKey.parse(connectionString.secret());
            case SIGNATURE -> SharedAccessSignature.parse(connectionString.secret());
            case CERTIFICATE -> throw certificateExpected();
        }

        return connectionString;
    }

    private static WireFormatException certificateExpected() {
        return new WireFormatException("Connection string says x509=true and holds no certificate");
    }

    private static SharedAccessKey readKey(final PropertyContext context, final PropertyDescriptor descriptor) {
        return SharedAccessKey.parse(context.getProperty(descriptor).getValue());
    }

    private TokenIssuer createTokenIssuer(final PropertyContext context) {
        return new TokenIssuer(clock, TokenLifetimeOverride.apply(context.getProperty(TOKEN_LIFETIME).asDuration()));
    }

    private void watchExpiration(final Instant expiration) {
        expirationScheduler = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
                .name("%s[id=%s] expiration".formatted(getClass().getSimpleName(), getIdentifier())).daemon().factory());
        new ExpirationWatch("The shared access signature", expiration, clock, warning -> getLogger().warn("{}", warning)).start(expirationScheduler);
    }

    private ConfigVerificationResult verifyExpiration(final Instant expiration) {
        final Instant now = clock.instant();
        return now.isBefore(expiration)
                ? result("Check Expiration", Outcome.SUCCESSFUL, "Good until %s, for %s more; the clock of this node shows %s"
                        .formatted(expiration, describe(Duration.between(now, expiration)), now))
                : result("Check Expiration", Outcome.FAILED, "Ended at %s and the clock of this node shows %s: make a new one and set it, or set the clock"
                        .formatted(expiration, now));
    }

    private static String describe(final Duration duration) {
        return duration.toDays() > 1 ? duration.toDays() + " days" : duration.toHours() > 1 ? duration.toHours() + " hours" : duration.toMinutes() + " minutes";
    }

    private static ConfigVerificationResult result(final String step, final Outcome outcome, final String explanation) {
        return new ConfigVerificationResult.Builder().verificationStepName(step).outcome(outcome).explanation(explanation).build();
    }
}
