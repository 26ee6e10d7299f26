// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc
import TestSupport

@testable import KafkaSecurity

/// Key material that is made for a test, partly with the `openssl` command.
struct KeyMaterial {
    let directory: String
    let authority: CertificateAuthority
    let identity: CertificateAuthority.Identity

    static let forever: ClosedRange<Int64> = 0...4_000_000_000

    init() throws {
        var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/keys-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SecurityError("no directory") }
        directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        authority = try CertificateAuthority(name: "authority", validity: Self.forever)
        identity = try authority.issue(to: "broker", names: ["localhost", "127.0.0.1"], validity: Self.forever)
        try write("ca.pem", authority.identity.certificatePEM)
        try write("key.pem", identity.keyPEM)
        try write("broker.pem", identity.certificatePEM)
        try write("both.pem", identity.certificatePEM + identity.keyPEM)
    }

    func remove() { _ = try? run("/bin/rm", ["-rf", directory]) }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = open(path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0, Libc.write(file, bytes, bytes.count) == bytes.count else { throw SecurityError("no file") }
        close(file)
    }

    /// `{name}` stands for a file of that name.
    func openssl(_ arguments: String) throws {
        let words = arguments.split(separator: " ").map { word in
            word.hasPrefix("{") ? path(String(word.dropFirst().dropLast())) : String(word)
        }
        try run("openssl", words)
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, program, &actions, nil, words, environ) == 0 else {
            throw SecurityError("\(program) can't be run")
        }
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw SecurityError("\(program) \(arguments.joined(separator: " ")) failed") }
    }

    /// A listener's or client's context, of properties in which `{name}` stands for a file.
    func context(_ side: TLSSettings.Side = .server, _ properties: [String: String]) throws(SecurityError) -> TLSContext
    {
        let properties = properties.mapValues { value in
            value.hasPrefix("{") ? path(String(value.dropFirst().dropLast())) : value
        }
        return try TLSContext(try TLSSettings(SecurityProperties(properties), side))
    }

    /// The error's text, or that there was none.
    func failure(_ side: TLSSettings.Side = .server, _ properties: [String: String]) -> String {
        do throws(SecurityError) {
            _ = try context(side, properties)
            return "no error"
        } catch {
            return error.message.replacing(directory, with: "DIR")
        }
    }
}
