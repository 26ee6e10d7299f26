// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import Libc
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
                all[listener.name].map { $0.properties.ofTLS != properties.ofTLS } ?? false
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
    private var seconds = 0
    private var nanoseconds = 0
    private var size = 0
    private var inode: UInt64 = 0

    init(_ path: String) {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        (seconds, nanoseconds) = (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec))
        (size, inode) = (Int(status.st_size), UInt64(status.st_ino))
    }
}
