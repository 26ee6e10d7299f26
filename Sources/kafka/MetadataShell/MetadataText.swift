// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol
import NIOCore

/// Records of the metadata as one line each, in the words of Apache Kafka's classes.
enum MetadataText {
    static func partition(_ partition: PartitionImage) -> String {
        "PartitionRegistration(replicas=\(partition.replicas), "
            + "directories=\(list(partition.directories)), isr=\(partition.isr), "
            + "removingReplicas=\(partition.removing), addingReplicas=\(partition.adding), "
            + "elr=\(partition.eligibleLeaderReplicas), lastKnownElr=\(partition.lastKnownELR), "
            + "leader=\(partition.leader), "
            + "leaderRecoveryState=\(partition.leaderRecoveryState == 0 ? "RECOVERED" : "RECOVERING"), "
            + "leaderEpoch=\(partition.leaderEpoch), partitionEpoch=\(partition.partitionEpoch))"
    }

    static func broker(_ broker: RegisterBrokerRecord) -> String {
        let listeners = broker.endPoints.map { ($0.name, $0.securityProtocol, $0.host, $0.port) }
        let features = broker.features.map { ($0.name, $0.minSupportedVersion, $0.maxSupportedVersion) }
        return "BrokerRegistration(id=\(broker.brokerID), epoch=\(broker.brokerEpoch), "
            + "incarnationId=\(broker.incarnationID), listeners=[\(self.listeners(listeners))], "
            + "supportedFeatures={\(self.features(features))}, "
            + "rack=\(broker.rack.map { "Optional[\($0)]" } ?? "Optional.empty"), fenced=\(broker.fenced), "
            + "inControlledShutdown=\(broker.inControlledShutdown), "
            + "isMigratingZkBroker=\(broker.isMigratingZkBroker), directories=\(list(broker.logDirs)))"
    }

    static func controller(_ controller: RegisterControllerRecord) -> String {
        let listeners = controller.endPoints.map { ($0.name, $0.securityProtocol, $0.host, $0.port) }
        let features = controller.features.map { ($0.name, $0.minSupportedVersion, $0.maxSupportedVersion) }
        return "ControllerRegistration(id=\(controller.controllerID), incarnationId=\(controller.incarnationID), "
            + "zkMigrationReady=\(controller.zkMigrationReady), listeners=[\(self.listeners(listeners))], "
            + "supportedFeatures={\(self.features(features))})"
    }

    static func acl(_ acl: AccessControlEntryRecord) -> String {
        "StandardAcl(resourceType=\(word(acl.resourceType, resourceTypes)), resourceName=\(acl.resourceName), "
            + "patternType=\(word(acl.patternType, ["UNKNOWN", "ANY", "MATCH", "LITERAL", "PREFIXED"])), "
            + "principal=\(acl.principal), host=\(acl.host), operation=\(word(acl.operation, operations)), "
            + "permissionType=\(word(acl.permissionType, ["UNKNOWN", "ANY", "DENY", "ALLOW"])))"
    }

    static func credential(_ credential: UserScramCredentialRecord) -> String {
        "ScramCredentialData(salt=\(hex(credential.salt)), storedKey=\(hex(credential.storedKey)), "
            + "serverKey=\(hex(credential.serverKey)), iterations=\(credential.iterations))"
    }

    static func token(_ token: DelegationTokenRecord) -> String {
        "DelegationTokenData(tokenId=\(token.tokenID), owner=\(token.owner), tokenRequester=\(token.requester), "
            + "renewers=\(token.renewers.joined(separator: " ")), issueTimestamp=\(token.issueTimestamp), "
            + "maxTimestamp=\(token.maxTimestamp), expiryTimestamp=\(token.expirationTimestamp))"
    }

    /// The word for a kind of configured resource, as in `TOPIC:orders`.
    static func resourceKind(_ kind: Int8) -> String {
        switch kind {
        case 2: "TOPIC"
        case 4: "BROKER"
        case 8: "BROKER_LOGGER"
        case 16: "CLIENT_METRICS"
        case 32: "GROUP"
        default: "UNKNOWN"
        }
    }

    private static let resourceTypes = [
        "UNKNOWN", "ANY", "TOPIC", "GROUP", "CLUSTER", "TRANSACTIONAL_ID", "DELEGATION_TOKEN", "USER",
    ]
    private static let operations = [
        "UNKNOWN", "ANY", "ALL", "READ", "WRITE", "CREATE", "DELETE", "ALTER", "DESCRIBE", "CLUSTER_ACTION",
        "DESCRIBE_CONFIGS", "ALTER_CONFIGS", "IDEMPOTENT_WRITE", "CREATE_TOKENS", "DESCRIBE_TOKENS", "TWO_PHASE_COMMIT",
    ]
    private static let securityProtocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]

    private static func word(_ number: Int8, _ words: [String]) -> String {
        words.indices.contains(Int(number)) ? words[Int(number)] : "UNKNOWN"
    }

    private static func listeners(_ listeners: [(name: String, security: Int16, host: String, port: UInt16)]) -> String
    {
        listeners.sorted { $0.name < $1.name }.map { listener in
            let known = securityProtocols.indices.contains(Int(listener.security))
            let security = known ? securityProtocols[Int(listener.security)] : String(listener.security)
            return "Endpoint(listenerName='\(listener.name)', securityProtocol=\(security), host='\(listener.host)', "
                + "port=\(listener.port))"
        }.joined(separator: ", ")
    }

    private static func features(_ features: [(name: String, minimum: Int16, maximum: Int16)]) -> String {
        features.sorted { $0.name < $1.name }.map { feature in
            let range =
                feature.minimum == feature.maximum
                ? String(feature.minimum)
                : feature.maximum == .max ? "\(feature.minimum)+" : "\(feature.minimum)-\(feature.maximum)"
            return "\(feature.name): \(range)"
        }.joined(separator: ", ")
    }

    private static func list(_ ids: [KafkaUUID]) -> String {
        "[" + ids.map(\.description).joined(separator: ", ") + "]"
    }

    private static func hex(_ bytes: ByteBuffer) -> String {
        bytes.readableBytesView.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }
}
