/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.credentials.TestCertificates;
import io.github.nifiazuremqtt.services.credentials.TestCertificates.Issued;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of secret, whole and mutilated, in every property: none of it is found in validation, in what enabling says, in Verify, in the log at any level, in
 * exceptions and their causes.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SecretTextsTest {

    private static final String KEY = key(32);

    private static final String LONG_KEY = key(64);

    private static final String PASSWORD = "Correct-horse7battery!staple";

    private static final String SIGNATURE = key(32).replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");

    /** So long a part of a secret is not found by chance. */
    private static final int PART = 8;

    private static final Map<String, UnaryOperator<String>> MUTILATIONS = new LinkedHashMap<>();

    static {
        MUTILATIONS.put("whole", secret -> secret);
        MUTILATIONS.put("in quotation marks", secret -> "\"" + secret + "\"");
        MUTILATIONS.put("with one quotation mark", secret -> "'" + secret);
        MUTILATIONS.put("without its end", secret -> secret.substring(0, secret.length() - 7));
        MUTILATIONS.put("without its beginning", secret -> secret.substring(7));
        MUTILATIONS.put("first half", secret -> secret.substring(0, secret.length() / 2));
        MUTILATIONS.put("second half", secret -> secret.substring(secret.length() / 2));
        MUTILATIONS.put("in lines", secret -> secret.replaceAll("(.{20})", "$1\n"));
        MUTILATIONS.put("with an invisible character", secret -> secret.substring(0, 20) + "\u200B" + secret.substring(20));
        MUTILATIONS.put("in JSON", secret -> "{\"secret\": \"" + secret.replace("\n", "\\n") + "\"}");
        MUTILATIONS.put("in an environment file", secret -> "export IOTHUB_SECRET=\"" + secret + "\"");
        MUTILATIONS.put("twice", secret -> secret + "\n" + secret);
        MUTILATIONS.put("without BEGIN and END", secret -> secret.replaceAll("-----[A-Z ]+-----\n?", ""));
        MUTILATIONS.put("without END", secret -> secret.replaceAll("-----END[A-Z ]+-----\n?", ""));
        MUTILATIONS.put("without hyphens", secret -> secret.replace("-----", ""));
        MUTILATIONS.put("on one line", secret -> secret.replace("\n", " "));
    }

    private static Issued device;

    private static Map<String, String> secrets;

    @BeforeAll
    static void makeSecrets() throws Exception {
        device = TestCertificates.selfSigned("dev-001");
        secrets = new LinkedHashMap<>();
        secrets.put("key", KEY);
        secrets.put("key of 64 bytes", LONG_KEY);
        secrets.put("connection string", "HostName=contoso.azure-devices.net;DeviceId=dev-001;SharedAccessKey=" + KEY);
        secrets.put("connection string of a policy", "HostName=contoso.azure-devices.net;SharedAccessKeyName=device;SharedAccessKey=" + KEY);
        secrets.put("connection string with a token", "HostName=contoso.azure-devices.net;DeviceId=dev-001;SharedAccessSignature=" + token());
        secrets.put("token", token());
        secrets.put("private key", device.keyPem());
        secrets.put("private key and certificate", device.keyPem() + TestCertificates.pem(device.certificate()));
        secrets.put("password", PASSWORD);
    }

    private static String key(final int length) {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String token() {
        return "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fdev-001&sig=" + SIGNATURE + "&se=1893456000";
    }

    @ParameterizedTest
    @EnumSource(AuthenticationStrategy.class)
    void testCredentialsService(final AuthenticationStrategy strategy) throws Exception {
        for (final PropertyDescriptor property : CredentialProperties.ALL) {
            if (property.getAllowableValues() == null && property.getControllerServiceDefinition() == null) {
                for (final String given : givenFor(property)) {
                    final Map<PropertyDescriptor, String> properties = goodProperties(strategy);
                    properties.put(property, given);
                    // A sensitive property, and one with expressions, can hold at run time what was not validated.
                    final boolean forced = property.isSensitive() || property.isExpressionLanguageSupported();
                    assertNothingIsShown(property, given, run(new StandardDeviceCredentialsService(), properties, forced));
                }
            }
        }
    }

    static Stream<PropertyDescriptor> propertiesOfOtherServices() {
        return Stream.concat(ConnectionProperties.ALL.stream(), new StandardDeviceProvisioningService().getSupportedPropertyDescriptors().stream())
                .filter(property -> property.getAllowableValues() == null && property.getControllerServiceDefinition() == null).distinct();
    }

    @ParameterizedTest
    @MethodSource("propertiesOfOtherServices")
    void testFieldsThatAreNotSensitive(final PropertyDescriptor property) throws Exception {
        final boolean connection = ConnectionProperties.ALL.contains(property);
        for (final Map.Entry<String, String> secret : secrets.entrySet()) {
            if (secret.getKey().equals("password")) {
                continue;
            }
            for (final Map.Entry<String, UnaryOperator<String>> mutilation : MUTILATIONS.entrySet()) {
                final String given = mutilation.getValue().apply(secret.getValue());
                final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
                final ControllerService service = connection ? new StandardIoTHubConnectionService() : new StandardDeviceProvisioningService();
                runner.addControllerService("service", service);
                final ValidationResult result = runner.setProperty(service, property, given);
                assertFalse(result.isValid(), () -> "%s, %s: %s".formatted(secret.getKey(), mutilation.getKey(), given));
                assertNothingIsShown(property, given, result.toString());
            }
        }
    }

    private static List<String> givenFor(final PropertyDescriptor property) {
        final List<String> given = new ArrayList<>();
        secrets.forEach((name, secret) -> {
            if (property.isSensitive() || !name.equals("password")) {
                MUTILATIONS.values().forEach(mutilation -> given.add(mutilation.apply(secret)));
            }
        });
        return given;
    }

    /** Everything that is said while a service is validated, enabled, used and verified. */
    private static String run(final StandardDeviceCredentialsService service, final Map<PropertyDescriptor, String> properties,
                              final boolean forced) throws Exception {
        final StringBuilder texts = new StringBuilder();
        final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
        runner.addControllerService("service", service);
        properties.forEach((property, value) -> {
            // NiFi shows no result that is good; its own ones hold the value.
            final ValidationResult result = runner.setProperty(service, property, value);
            texts.append(result.isValid() ? "" : result).append('\n');
        });
        try {
            runner.enableControllerService(service);
        } catch (final IllegalStateException | AssertionError e) {
            texts.append(stackTrace(e));
            if (!forced) {
                return texts.toString();
            }
        }

        final MockConfigurationContext context = new MockConfigurationContext(service, properties, null, Map.of());
        try {
            service.onEnabled(context);
            texts.append(service.getCredentials(CredentialTarget.hub("contoso.azure-devices.net", DeviceIdentity.ofDevice("dev-001"))));
            texts.append(service.findConnectionDetails());
            texts.append(service.getCredentials(CredentialTarget.registration("0ne1", "dev-001")));
        } catch (final RuntimeException e) {
            texts.append(stackTrace(e));
        } finally {
            service.onDisabled();
        }

        final MockComponentLog log = runner.getControllerServiceLogger("service");
        for (final Map<String, String> attributes : List.of(Map.<String, String>of(), Map.of("iothub.device.id", "dev-001"))) {
            try {
                ((VerifiableControllerService) service).verify(context, log, attributes).forEach(result -> texts.append(result.getVerificationStepName())
                        .append(": ").append(result.getExplanation()).append('\n'));
            } catch (final RuntimeException e) {
                texts.append(stackTrace(e));
            }
        }
        for (final List<LogMessage> messages : List.of(log.getErrorMessages(), log.getWarnMessages(), log.getInfoMessages(), log.getDebugMessages(),
                log.getTraceMessages())) {
            messages.forEach(message -> texts.append(message.getMsg()).append(Arrays.toString(message.getArgs()))
                    .append(message.getThrowable() == null ? "" : stackTrace(message.getThrowable())));
        }
        return texts.toString();
    }

    private static Map<PropertyDescriptor, String> goodProperties(final AuthenticationStrategy strategy) throws Exception {
        final Map<PropertyDescriptor, String> properties = new HashMap<>();
        final String good = Base64.getEncoder().encodeToString(new byte[32]);
        properties.put(CredentialProperties.AUTHENTICATION_STRATEGY, strategy.getValue());
        properties.put(CredentialProperties.CONNECTION_STRING, "HostName=contoso.azure-devices.net;DeviceId=dev-001;SharedAccessKey=" + good);
        properties.put(CredentialProperties.DEVICE_KEY, good);
        properties.put(CredentialProperties.ENROLLMENT_GROUP_KEY, good);
        properties.put(CredentialProperties.POLICY_KEY, good);
        properties.put(CredentialProperties.SHARED_ACCESS_SIGNATURE, "SharedAccessSignature sr=contoso.azure-devices.net&sig=" + good.replace("=", "%3D")
                + "&se=1893456000");
        properties.put(CredentialProperties.CERTIFICATE, TestCertificates.pem(device.certificate()));
        properties.put(CredentialProperties.PRIVATE_KEY, TestCertificates.selfSigned("other").keyPem());
        return properties;
    }

    private static void assertNothingIsShown(final PropertyDescriptor property, final String given, final String texts) {
        for (final String material : List.of(KEY, LONG_KEY, SIGNATURE, PASSWORD, keyMaterial())) {
            for (int start = 0; start + PART <= material.length(); start++) {
                final String part = material.substring(start, start + PART);
                if (given.replaceAll("[\n ]|\\\\n|\u200B", "").contains(part)) {
                    assertFalse(texts.contains(part), () -> "%s: %s%n%s".formatted(property.getName(), given, texts));
                }
            }
        }
    }

    private static String keyMaterial() {
        return secrets.get("private key").replaceAll("-----[A-Z ]+-----|\n", "");
    }

    private static String stackTrace(final Throwable failure) {
        final StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
