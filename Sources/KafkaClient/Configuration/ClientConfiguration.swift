// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol
import KafkaSecurity
public import NIOCore

/// Everything that a client can be told; the defaults are Kafka's.
public struct ClientConfiguration: Sendable {
    /// Some of the brokers, by which the others are found; several in case that one is down.
    public var bootstrapServers = [BrokerAddress(host: "localhost", port: 9092)]
    /// Whether these are addresses of controllers, which serve administration alone (KIP-919).
    public var usesControllers = false
    /// How the client names itself to brokers.
    public var clientID: String? = "kafka"
    /// How long a broker may take to answer a request.
    public var requestTimeout: Duration = .seconds(30)
    /// How long a call goes on retrying.
    public var defaultAPITimeout: Duration = .seconds(60)
    /// How long the first connection to the cluster may take, over all bootstrap servers.
    public var firstConnectTimeout: Duration = .seconds(3)
    /// How long later connections may take.
    public var connectTimeout: Duration = .seconds(10)
    /// How long a broker is left alone after a failed connection; doubles with each (`reconnect.backoff.ms`).
    public var reconnectBackoff: Duration = .milliseconds(50)
    /// The longest that it becomes (`reconnect.backoff.max.ms`).
    public var reconnectBackoffMax: Duration = .seconds(1)
    /// How long to wait before a request is tried again; doubles with each attempt (`retry.backoff.ms`).
    public var retryBackoff: Duration = .milliseconds(100)
    /// The longest that it becomes (`retry.backoff.max.ms`).
    public var retryBackoffMax: Duration = .seconds(1)
    /// After how long leaders and topics are looked up anew, though nothing is amiss (`metadata.max.age.ms`).
    public var metadataMaxAge: Duration = .seconds(300)
    /// Bytes of the socket's buffers; -1 leaves them to the system.
    public var sendBufferBytes = -1
    /// Bytes of the socket's receive buffer; -1 leaves it to the system.
    public var receiveBufferBytes = -1
    /// Bytes of an answer beyond which it is taken for garbage.
    public var maxResponseBytes = 1 << 30
    /// Where the client is, so that a replica near it may serve it (KIP-392); empty says nothing.
    public var rackID = ""
    /// How to speak to brokers.
    public var securityProtocol = SecurityProtocol.plaintext
    /// What encryption and logins need, by the names of Kafka's Java clients or librdkafka's: `ssl.truststore.location`.
    public var securityProperties: [String: String] = [:]
    /// For producers of the cluster.
    public var producer = ProducerConfiguration()
    /// For consumers of the cluster that bring no configuration of their own.
    public var consumer = ConsumerConfiguration()
    /// Where the client runs: on one event loop of this group, which must outlive it. Nil stands for the one thread that
    /// all such clients of a process share; it sleeps while there is nothing to do, and is never ended.
    public var eventLoopGroup: (any EventLoopGroup)?
    /// Told within two seconds when the client does not get through, once for each cause, and when it is over; called on
    /// the client's event loop.
    public var onNotice: (@Sendable (ClientNotice) -> Void)?
    /// How long something must last before it is told.
    var noticePatience = Duration.milliseconds(1700)
    /// What the client does, step by step; nil tells nothing and costs nothing.
    public var debug: ClientDebug?

    public init() {}

    /// - Parameter bootstrapServers: `HOST:PORT`, several with commas.
    public init(bootstrapServers: String) throws(ClientError) {
        self.bootstrapServers = try BrokerAddress.parse(bootstrapServers)
    }

    /// - Parameters:
    ///   - bootstrapServers: `HOST:PORT`, several with commas.
    ///   - properties: by Kafka's names for them.
    /// - Throws: `.configuration` for a bad address or value, and for a property that no Kafka client has.
    public init(bootstrapServers: String, properties: [String: String]) throws(ClientError) {
        try self.init(bootstrapServers: bootstrapServers)
        let unknown = try apply(properties.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
        guard let name = unknown.first else { return }
        throw ClientError(.configuration, "Unknown configuration \(name): no Kafka client has such a property")
    }

    /// Sets one property by Kafka's name for it.
    /// - Returns: false if there is no such property.
    /// - Throws: `ClientError` of kind `.configuration` with Kafka's words for a bad value.
    public mutating func set(_ name: String, _ value: String) throws(ClientError) -> Bool {
        guard let definition = Self.definitionsByName[name] else { return false }
        try definition.apply(value, to: &self)
        return true
    }

    /// Sets properties in order, later ones over earlier ones.
    /// - Returns: the names that are no properties of a Kafka client.
    public mutating func apply(
        _ properties: some Sequence<(name: String, value: String)>
    ) throws(ClientError) -> [String] {
        var unknown: [String] = []
        for (name, value) in properties where try !set(name, value) { unknown.append(name) }
        return unknown
    }

    /// Checks what depends on several properties.
    func validate() throws(ClientError) {
        try producer.validate()
    }

    /// What `securityProtocol` and `securityProperties` come to.
    /// - Throws: `.configuration` if they contradict each other, or lack something.
    func security() throws(ClientError) -> ClientSecurity {
        var properties = securityProperties
        properties["security.protocol"] = securityProtocol.name
        do throws(SecurityError) { return try ClientSecurity(properties) } catch {
            throw ClientError(.configuration, error.message)
        }
    }
}
