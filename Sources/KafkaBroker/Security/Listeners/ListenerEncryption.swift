// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import KafkaSecurity
import Logging
import NIOCore
import Synchronization

/// The certificates of listeners that encrypt. New ones are taken when a file or the configuration has changed, by the
/// connections that come then; those that are there go on.
final class ListenerEncryption: Sendable {
    /// How long a client may take for the handshake.
    private static let handshakeLimit = TimeAmount.seconds(20)
    /// How often files are looked at, while connections come.
    private static let interval = TimeAmount.seconds(1)

    /// What a listener's connections get.
    private struct Current {
        var context: TLSContext
        var mapping: PrincipalMapping
        var properties: SecurityProperties
        /// Of the files when they were read, or last failed to be.
        var files: [FileStamp]
        var lookedAt = NIODeadline.now()
    }

    private let listeners: [Listener]
    private let logger: Logger
    private let current = Mutex<[String: Current]>([:])

    init(_ listeners: [Listener], logger: Logger) {
        self.listeners = listeners
        self.logger = logger
    }

    /// Reads the certificates; before the first connection.
    /// - Throws: `BrokerError` if they can't be used, naming the listener.
    func begin(_ configuration: BrokerConfiguration) throws(BrokerError) {
        for listener in listeners {
            do throws(SecurityError) {
                let loaded = try Self.load(configuration.properties(ofListener: listener.name))
                current.withLock { $0[listener.name] = loaded }
            } catch {
                throw BrokerError("listener \(listener.name) can't encrypt: \(error.message)")
            }
        }
    }

    private static func load(_ properties: SecurityProperties) throws(SecurityError) -> Current {
        let settings = try TLSSettings(properties, .server)
        // Before they are read, so that what changes meanwhile is read again.
        let files = settings.files.map(FileStamp.init)
        return Current(
            context: try TLSContext(settings),
            mapping: try PrincipalMapping(properties["ssl.principal.mapping.rules"] ?? "DEFAULT"),
            properties: properties, files: files)
    }

    /// The transport of a listener's next connection; nil for one that doesn't encrypt.
    func transport(_ listener: Listener) -> Transport? {
        guard listeners.contains(where: { $0.name == listener.name }) else { return nil }
        guard let current = upToDate(listener.name) else {
            // Never in the open instead.
            return .changing { throw BrokerError("listener \(listener.name) has no certificate yet") }
        }
        let certifies = listener.securityProtocol == .ssl
        return .changing {
            current.context.serverHandlers(timeLimit: Self.handshakeLimit)
                + (certifies ? [CertificateLogin(current.mapping)] : [])
        }
    }

    /// What a listener has, read anew if its files have changed.
    private func upToDate(_ name: String) -> Current? {
        current.withLock { all -> Current? in
            guard let known = all[name], known.lookedAt + Self.interval < .now() else { return all[name] }
            all[name]?.lookedAt = .now()
            let files = known.files.map { FileStamp($0.path) }
            guard files != known.files else { return known }
            do throws(SecurityError) {
                all[name] = try Self.load(known.properties)
                logger.notice("listener \(name) has new certificates: \(all[name]?.context.summary ?? "")")
            } catch {
                // Half of them may have been written; they are read again when they change again.
                all[name]?.files = files
                logger.warning(
                    "listener \(name) keeps its certificates, as the changed files can't be used: \(error.message)")
            }
            return all[name]
        }
    }

    /// The configuration has changed.
    func update(_ configuration: BrokerConfiguration) {
        for listener in listeners {
            let properties = configuration.properties(ofListener: listener.name)
            let changes = current.withLock { all in
                all[listener.name].map { Self.relevant($0.properties) != Self.relevant(properties) } ?? false
            }
            guard changes else { continue }
            do throws(SecurityError) {
                let loaded = try Self.load(properties)
                current.withLock { $0[listener.name] = loaded }
                logger.notice("listener \(listener.name) has new certificates: \(loaded.context.summary)")
            } catch {
                logger.warning("listener \(listener.name) keeps its certificates: \(error.message)")
            }
        }
    }

    private static func relevant(_ properties: SecurityProperties) -> [String: String] {
        properties.all.filter { $0.key.hasPrefix("ssl.") }
    }

    /// Whether a changed configuration can be used instead of another: its certificates can be read and, unless that is
    /// allowed, name whom the others do.
    static func check(
        _ configuration: BrokerConfiguration, instead old: BrokerConfiguration
    ) throws(ConfigurationError) {
        for listener in configuration.listeners where listener.securityProtocol.isEncrypted {
            let (properties, before) = (
                configuration.properties(ofListener: listener.name), old.properties(ofListener: listener.name)
            )
            guard relevant(properties) != relevant(before) else { continue }
            do throws(SecurityError) {
                let loaded = try load(properties)
                guard let certificate = loaded.context.certificate,
                    let other = try? load(before).context.certificate
                else { continue }
                guard certificate.subject == other.subject || properties["ssl.allow.dn.changes"] == "true" else {
                    throw SecurityError(
                        "the certificate's subject is \(certificate.subject) and was \(other.subject); set "
                            + "ssl.allow.dn.changes=true where the broker is started to allow that")
                }
                guard
                    Set(other.names).isSubset(of: certificate.names) || properties["ssl.allow.san.changes"] == "true"
                else {
                    throw SecurityError(
                        "the certificate is for \(certificate.names.joined(separator: ", ")) and was for "
                            + "\(other.names.joined(separator: ", ")); set ssl.allow.san.changes=true where the broker "
                            + "is started to allow that")
                }
            } catch {
                throw ConfigurationError(
                    .invalidRequest, "Invalid configuration of listener \(listener.name): \(error.message)")
            }
        }
    }
}

extension SecurityProtocol {
    /// Whether nobody can listen in.
    var isEncrypted: Bool { self == .ssl || self == .saslSSL }
    /// Whether clients say who they are.
    var hasLogin: Bool { self == .saslPlaintext || self == .saslSSL }
}

extension TLSContext {
    fileprivate var summary: String {
        guard let certificate else { return "none" }
        return "\(certificate.subject.printable), valid until \(CertificateFacts.time(certificate.notValidAfter))"
    }
}

/// What tells that a file has been written anew, or another put in its place.
private struct FileStamp: Equatable {
    var path: String
    private var facts: FileFacts?

    init(_ path: String) {
        self.path = path
        facts = FileFacts(path)
    }
}
