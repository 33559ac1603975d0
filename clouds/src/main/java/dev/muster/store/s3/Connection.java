// SPDX-License-Identifier: Apache-2.0
package dev.muster.store.s3;

import dev.muster.store.s3.S3Settings.Checksums;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes the SDK's client: no retries of its own, nothing that old servers do not understand unless asked for. */
final class Connection {

    private Connection() {}

    static S3Client open(S3Settings settings) throws InterruptedException {
        var credentials = credentials(settings.credentials());
        try {
            credentials.resolveCredentials();
        } catch (SdkException e) {
            throw Failures.withoutCredentials(e, settings.where().text());
        }
        var client = S3Client.builder()
                .httpClientBuilder(new S3Http.Builder(settings.timing()))
                .credentialsProvider(credentials)
                .region(region(settings))
                .forcePathStyle(settings.pathStyle())
                .requestChecksumCalculation(settings.checksums() == Checksums.WHEN_REQUIRED
                        ? RequestChecksumCalculation.WHEN_REQUIRED
                        : RequestChecksumCalculation.WHEN_SUPPORTED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(configuration -> configuration.chunkedEncodingEnabled(false))
                .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()));
        settings.endpoint().ifPresent(client::endpointOverride);
        return client.build();
    }

    private static AwsCredentialsProvider credentials(S3Credentials credentials) {
        return switch (credentials) {
            case S3Credentials.Chain(var profile) ->
                DefaultCredentialsProvider.builder().profileName(profile.orElse(null)).build();
            case S3Credentials.Pair(var keyId, var secretKey, var token) -> StaticCredentialsProvider.create(
                    token.isPresent()
                            ? AwsSessionCredentials.create(keyId, secretKey, token.get())
                            : AwsBasicCredentials.create(keyId, secretKey));
        };
    }

    private static Region region(S3Settings settings) {
        return settings.region().map(Region::of).orElseGet(() -> usual(settings));
    }

    /** Another server than AWS is not a reason to ask the machine where in AWS it runs. */
    private static Region usual(S3Settings settings) {
        AwsRegionProvider chain = settings.endpoint().isEmpty()
                ? new DefaultAwsRegionProviderChain()
                : new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider());
        try {
            return Optional.ofNullable(chain.getRegion()).orElse(Region.US_EAST_1);
        } catch (SdkClientException _) {
            return Region.US_EAST_1;
        }
    }
}
