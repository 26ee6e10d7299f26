// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// How the producer batches, sends and retries; the defaults are Kafka's.
public struct ProducerConfiguration: Sendable {
    /// Replicas that must have a record before it counts as delivered: -1 for all in sync, 0, 1.
    public var acks: Int16 = -1
    /// How long an open batch waits for more records.
    public var linger: Duration = .milliseconds(5)
    /// Bytes of a batch before compression.
    public var batchSize = 16_384
    /// Unanswered requests a broker; more than 5 give up the order when retried without idempotence.
    public var maxInFlight = 5
    /// Bytes of a record, and of the batches in one request.
    public var maxRequestSize = 1_048_576
    /// Bytes of records that wait or are on their way.
    public var bufferMemory = 33_554_432
    /// From the appending of a record to the report that it failed.
    public var deliveryTimeout: Duration = .seconds(120) { didSet { deliveryTimeoutIsExplicit = true } }
    private var deliveryTimeoutIsExplicit = false
    /// How long `topic`, and the calls for transactions, wait at most; `waitForSpace` ends as batches do, by
    /// `deliveryTimeout`.
    public var maxBlock: Duration = .seconds(60)
    /// How often a request is tried again, within `deliveryTimeout`.
    public var retries = Int(Int32.max)
    /// How batches are compressed; the topic's `compression.type` may have the broker do it otherwise.
    public var compression = CompressionSettings.none
    /// Levels for each codec, which apply when the codec is chosen.
    public var compressionLevels: [Compression: Int] = [:]
    /// Whether records are written once and in order though requests are tried again (KIP-98); other settings may rule
    /// it out.
    public var enableIdempotence = true
    /// Whether `enable.idempotence` was given, so that a contradiction is an error and not a silent change.
    var idempotenceIsExplicit = false
    /// Who the producer is over restarts; with it, records are written in transactions. Nil for none.
    public var transactionalID: String?
    /// How long a transaction may be open before the coordinator aborts it.
    public var transactionTimeout: Duration = .seconds(60)
    /// Whether partitions are chosen in turn for records with a key as well (KIP-794).
    public var ignoreKeys = false
    /// Whether a batch that can't be delivered is the end of the producer, so that nothing behind it is written.
    package var stopsAtFailure = false

    public init() {}

    /// The codec together with its level.
    var compressionSettings: CompressionSettings {
        CompressionSettings(compression.type, level: compression.level ?? compressionLevels[compression.type])
    }

    /// Whether batches carry producer id and sequence numbers; as in Java's client, other settings may rule it out.
    var isIdempotent: Bool {
        enableIdempotence && acks == -1 && maxInFlight <= 5 && retries > 0
    }

    /// The time of a record, which must be longer than it may linger; only a time that was asked for can be too short,
    /// as in Java's client.
    func longestDelivery(_ requestTimeout: Duration) -> Duration {
        deliveryTimeoutIsExplicit ? deliveryTimeout : max(deliveryTimeout, linger + requestTimeout)
    }

    func validate() throws(ClientError) {
        guard !deliveryTimeoutIsExplicit || deliveryTimeout > linger else {
            throw ClientError(
                .configuration,
                "delivery.timeout.ms=\(deliveryTimeout.milliseconds) must be larger than "
                    + "linger.ms=\(linger.milliseconds), or nothing could be delivered in time.")
        }
        if enableIdempotence && idempotenceIsExplicit || transactionalID != nil {
            guard enableIdempotence else {
                throw ClientError(.configuration, "Cannot set a transactional.id without also enabling idempotence.")
            }
            guard acks == -1 else {
                throw ClientError(.configuration, "Must set acks to all in order to use the idempotent producer.")
            }
            guard maxInFlight <= 5 else {
                throw ClientError(
                    .configuration,
                    "Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer.")
            }
            guard retries > 0 else {
                throw ClientError(.configuration, "Must set retries to non-zero when using the idempotent producer.")
            }
        }
    }
}
