// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Libc

/// GSSAPI (RFC 4752): Kerberos, by the system's library and with the system's tickets, without a security layer. Its calls
/// may ask the Kerberos server, and wait for it.
package struct GSSAPIClient: SASLClient {
    private let context: GSSContext
    private var isEstablished = false

    package init(_ settings: GSSAPISettings, host: String) throws(SecurityError) {
        context = try GSSContext(try GSSLibrary.load(), settings, host: host)
    }

    package mutating func begin() throws(SecurityError) -> [UInt8] { try step(nil) }

    package mutating func answer(_ message: [UInt8]) throws(SecurityError) -> [UInt8]? {
        if context.isOver {
            guard message.isEmpty else { throw SecurityError("the broker sent more than GSSAPI has") }
            return nil
        }
        return isEstablished ? try context.chooseNoLayer(message) : try step(message)
    }

    private mutating func step(_ message: [UInt8]?) throws(SecurityError) -> [UInt8] {
        let (token, isComplete) = try context.step(message)
        isEstablished = isComplete
        return token
    }
}

/// The library's state of one login; used by one task, call after call, hence unchecked.
private final class GSSContext: @unchecked Sendable {
    private let library: GSSLibrary
    private let principal: String?
    /// As the Kerberos server knows the broker, but for the realm.
    private let service: String
    private var name: GSSLibrary.Handle?
    private var credential: GSSLibrary.Handle?
    private var context: GSSLibrary.Handle?
    private(set) var isOver = false

    init(_ library: GSSLibrary, _ settings: GSSAPISettings, host: String) throws(SecurityError) {
        self.library = library
        principal = settings.principal
        service = "\(settings.serviceName)/\(host)"
        name = try importName("\(settings.serviceName)@\(host)", GSSLibrary.hostService)
        if settings.keyTab != nil || settings.principal != nil { try acquire(settings) }
    }

    deinit {
        var minor: UInt32 = 0
        if name != nil { _ = library.releaseName(&minor, &name) }
        if credential != nil { _ = library.releaseCredential(&minor, &credential) }
        if context != nil { _ = library.deleteContext(&minor, &context, nil) }
    }

    private func check(_ major: UInt32, _ minor: UInt32, _ what: String) throws(SecurityError) {
        // The upper half has errors, the lower one what goes on.
        guard major & 0xffff_0000 != 0 else { return }
        throw SecurityError("Kerberos: \(what): \(library.words(major, minor).printable)")
    }

    private func importName(_ text: String, _ kind: [UInt8]) throws(SecurityError) -> GSSLibrary.Handle? {
        var minor: UInt32 = 0
        var name: GSSLibrary.Handle?
        let major = GSSLibrary.with(buffer: Array(text.utf8)) { buffer in
            GSSLibrary.with(identifier: kind) { library.importName(&minor, buffer, $0, &name) }
        }
        try check(major, minor, "\(text.printable) is no name")
        return name
    }

    /// Credentials of a key table, or of a principal of the ticket cache.
    private func acquire(_ settings: GSSAPISettings) throws(SecurityError) {
        var minor: UInt32 = 0
        var user =
            try settings.principal.map { (text) throws(SecurityError) in
                try importName(text, GSSLibrary.principal)
            } ?? nil
        defer { if user != nil { _ = library.releaseName(&minor, &user) } }
        var elements: [(key: String, value: String)] = []
        if let keyTab = settings.keyTab {
            try settings.checkKeyTab(keyTab)
            // Tickets that a key table brings stay here: the user's own cache may be somebody else's, or not be there.
            let cache = "MEMORY:kafka \(keyTab) \(settings.principal ?? "")"
            elements = [("client_keytab", keyTab), ("ccache", cache)]
        }
        let major = GSSLibrary.with(store: elements) {
            library.acquireFrom(&minor, user, .max, nil, 1, $0, &credential, nil, nil)
        }
        try check(major, minor, "no credentials \(settings.source)")
    }

    func step(_ message: [UInt8]?) throws(SecurityError) -> (token: [UInt8], isComplete: Bool) {
        // Mutual proof, order, integrity.
        let flags: UInt32 = 2 | 8 | 32
        var minor: UInt32 = 0
        let (major, token) = library.output { output in
            GSSLibrary.with(identifier: GSSLibrary.kerberos) { mechanism in
                GSSLibrary.with(buffer: message ?? []) { input in
                    library.initContext(
                        &minor, credential, &context, name, mechanism, flags, 0, nil, message == nil ? nil : input, nil,
                        output, nil, nil)
                }
            }
        }
        // Without credentials of its own the client needs a first ticket; all else is about the broker's.
        let isStranger = major >> 16 & 0xff == 7 || major >> 16 & 0xff == 11
        try check(major, minor, isStranger ? "no ticket; kinit gets one" : "no ticket for \(service.printable)")
        return (token, major == 0)
    }

    /// The broker says which layers it has; the answer is that none is wanted, which every broker of Kafka has.
    func chooseNoLayer(_ message: [UInt8]) throws(SecurityError) -> [UInt8] {
        var minor: UInt32 = 0
        let (unwrapped, offer) = library.output { output in
            GSSLibrary.with(buffer: message) { library.unwrap(&minor, context, $0, output, nil, nil) }
        }
        try check(unwrapped, minor, "the broker's offer can't be read")
        guard offer.count == 4, offer[0] & 1 != 0 else {
            throw SecurityError("the broker wants a security layer of Kerberos, which Kafka does not have")
        }
        let (wrapped, answer) = library.output { output in
            GSSLibrary.with(buffer: [1, 0, 0, 0] + Array((principal ?? "").utf8)) {
                library.wrap(&minor, context, 0, 0, $0, nil, output)
            }
        }
        try check(wrapped, minor, "the answer can't be made")
        isOver = true
        return answer
    }
}

extension GSSAPISettings {
    /// Kerberos itself speaks of its caches where a key table can't be read.
    fileprivate func checkKeyTab(_ keyTab: String) throws(SecurityError) {
        let path = keyTab.hasPrefix("FILE:") ? String(keyTab.dropFirst(5)) : keyTab
        guard path.hasPrefix("/"), access(path, R_OK) != 0 else { return }
        throw SecurityError("Kerberos: key table \(path.printable) can't be read: \(String(cString: strerror(errno)))")
    }

    /// Where credentials are taken from, for errors.
    fileprivate var source: String {
        let user = (principal ?? "anybody").printable
        return keyTab.map { "for \(user) in \($0.printable), which klist -k lists" } ?? "for \(user); kinit gets them"
    }
}
