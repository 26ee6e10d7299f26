// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
package import KafkaProtocol
internal import Libc
package import NIOCore

// For who serves HTTP beside the broker.
extension Broker {
    /// What the broker runs on.
    package var eventLoops: any EventLoopGroup { parts.group }

    /// What is in effect now.
    package var configuration: BrokerConfiguration { parts.controller.configuration }

    /// What stands between a socket and its protocol on a listener of `httpListeners`; nil for one that doesn't encrypt.
    package func encryption(of listener: Listener) -> (@Sendable () throws -> [any ChannelHandler])? {
        guard listener.securityProtocol.isEncrypted else { return nil }
        return { [policy = parts.policy] in try policy.transport(listener).handlers() }
    }

    /// Nil where no listener of Kafka's protocol has logins: then everybody is whom the certificate names, or anonymous. To
    /// be stopped by who has asked for it.
    package func passwordLogin() -> PasswordLogin? {
        PasswordLogin(
            configuration.listeners.compactMap(parts.policy.logins),
            // Of its own: checking SCRAM is work, and strangers can ask for it.
            queue: BackgroundQueue(threads: 1),
            uptime: UptimeClock.milliseconds)
    }

    /// Does what takes long elsewhere than on the event loops.
    package func inBackground<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await parts.background.run(work)
    }

    /// Whether somebody may know of the cluster as a whole.
    /// - Parameter host: the client's address.
    package func mayDescribeCluster(_ principal: Principal, from host: String) -> Bool {
        guard let authorizer = parts.policy.authorizer else { return true }
        return authorizer.allows(
            Access(
                apiKey: .describeCluster, principal: principal, host: host[...], operation: .describe, type: .cluster,
                name: AclResource.clusterName))
    }

    /// Who a connection's certificate says it is, if that is what the event tells.
    package static func principal(certifiedBy event: Any) -> Principal? { (event as? CertifiedPrincipal)?.principal }

    /// One thing that must be right for the broker to serve.
    package struct Check: Sendable, Equatable {
        package var name: String
        /// Nil if it is.
        package var problem: String?
    }

    /// What must be right for the broker to serve, and is or isn't. Doesn't wait for the disk.
    package var checks: [Check] {
        let (parts, path) = (parts, dataDirectory)
        let unopened = parts.logs.registry.unopened.count
        let failed = parts.logs.registry.all.first { $0.log.failure != nil }?.topicPartition
        return [
            Check(
                name: "data directory",
                problem: access(path, W_OK | X_OK) == 0 ? nil : "\(path) can't be written to"),
            Check(
                name: "partitions",
                problem: unopened > 0
                    ? "\(unopened) could not be opened" : failed.map { "nothing can be appended to \($0)" }),
            Check(name: "groups", problem: Self.problem(parts.groups.topic)),
            Check(name: "transactions", problem: Self.problem(parts.transactions.topic)),
        ]
    }

    private static func problem(_ topic: CoordinatorTopic) -> String? {
        if topic.isStopped { return "the broker is stopping" }
        return topic.unusableCount > 0 ? "\(topic.unusableCount) partitions of \(topic.name) are not read back" : nil
    }
}
