// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc
import Synchronization

/// Finds what references stand for, when it is used. What was found is kept, so that nobody is asked twice and no command
/// runs twice.
struct SecretResolver: Sendable {
    private static let found = Mutex<[String: String]>([:])
    /// Bytes of a command's output.
    private static let limit = 1 << 20

    let environment: Environment
    /// Words for kinds of references that `config.providers` gives.
    let names: [String: SecretReference.Kind]
    /// Whether commands may run and a person may be asked; not while a line is being completed.
    var asks = true

    /// - Parameter properties: those that may name providers.
    init(_ environment: Environment, _ properties: Properties = Properties(), asks: Bool = true) {
        self.environment = environment
        self.asks = asks
        var names: [String: SecretReference.Kind] = [:]
        for entry in properties.entries where entry.name.hasPrefix(Self.prefix) && entry.name.hasSuffix(".class") {
            let word = String(entry.name.dropFirst(Self.prefix.count).dropLast(".class".count))
            switch entry.value.split(separator: ".").last {
            case "EnvVarConfigProvider": names[word] = .env
            case "FileConfigProvider": names[word] = .file
            case "DirectoryConfigProvider": names[word] = .directory
            default: break
            }
        }
        self.names = names
    }

    /// What Java's properties that name providers begin with.
    static let prefix = "config.providers."

    /// The value of a property with its references replaced.
    /// - Throws: an error that names the property and the reference, and nothing of what stands behind it.
    func resolve(_ value: String, of property: String) throws -> String {
        if value == "-", SecretProperty.isSecret(property) {
            return try once("-\(property)") { try ask("\(property): ", property) }
        }
        guard value.contains("${") else { return value }
        return try SecretReference.parts(value, names: names).map { part in
            switch part {
            case .plain(let text): text
            case .reference(let reference): try once(reference.text) { try text(reference, property) }
            }
        }.joined()
    }

    private func once(_ key: String, _ find: () throws -> String) throws -> String {
        // Tests bring environments of their own.
        guard environment.variables == nil else { return try find() }
        if let known = Self.found.withLock({ $0[key] }) { return known }
        let text = try find()
        Self.found.withLock { $0[key] = text }
        return text
    }

    private func text(_ reference: SecretReference, _ property: String) throws -> String {
        func failure(_ reason: String) -> CommandError {
            CommandError("\(reference.text), the value of \(property), leads nowhere: \(reason)")
        }
        switch reference.kind {
        case .env:
            // Kafka's provider takes ${env:NAME} and ${env::NAME}.
            let name = reference.rest.split(separator: ":").last.map(String.init) ?? ""
            guard let text = environment[name] else { throw failure("the variable is not set") }
            return text
        case .file:
            let (path, key) = split(reference.rest)
            let text: String
            do { text = try FileText.read(path, for: "it") } catch { throw failure("\(error)") }
            guard let key else { return Self.withoutEnd(text) }
            guard let value = Properties(parsing: text)[key] else { throw failure("the file has no '\(key)'") }
            return value
        case .directory:
            let (path, key) = split(reference.rest)
            guard let key, !key.contains("/") else { throw failure("a directory and a file's name are expected") }
            do { return try FileText.read(path + "/" + key, for: "it") } catch { throw failure("\(error)") }
        case .credential:
            guard let directory = environment.text("CREDENTIALS_DIRECTORY") else {
                throw failure("no service manager has given this process credentials (CREDENTIALS_DIRECTORY)")
            }
            guard !reference.rest.isEmpty, !reference.rest.contains("/") else {
                throw failure("a credential's name is expected")
            }
            do { return Self.withoutEnd(try FileText.read(directory + "/" + reference.rest, for: "it")) } catch {
                throw failure("\(error)")
            }
        case .command:
            guard asks else { throw failure("no command is run here") }
            return try output(of: reference.rest) { failure($0) }
        }
    }

    /// `PATH` or `PATH:KEY`; a tilde stands for the home.
    private func split(_ text: String) -> (path: String, key: String?) {
        var path = text[...]
        var key: String?
        if let colon = text.lastIndex(of: ":") {
            path = text[..<colon]
            key = String(text[text.index(after: colon)...])
        }
        if path.hasPrefix("~/"), let home = environment["HOME"] { path = home + path.dropFirst(1) }
        return (String(path), key)
    }

    private static func withoutEnd(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text)
    }

    /// What a command of the shell prints. It gets nothing of our standard input, which may be data.
    private func output(of command: String, _ failure: (String) -> CommandError) throws -> String {
        guard let pipe = popen("exec </dev/null\n" + command, "re") else { throw failure("no shell can be started") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= Self.limit {
            let count = fread(&chunk, 1, chunk.count, pipe)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        let status = pclose(pipe)
        guard bytes.count <= Self.limit else { throw failure("the command prints more than a secret") }
        guard status == 0 else {
            let code = status & 0x7F == 0 ? "status \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
            throw failure("the command ended with \(code)")
        }
        let text = Self.withoutEnd(String(decoding: bytes, as: UTF8.self))
        guard !text.isEmpty else { throw failure("the command printed nothing") }
        return text
    }

    /// Asks the person at the terminal, without showing what is typed.
    private func ask(_ prompt: String, _ property: String) throws -> String {
        guard asks, let text = HiddenInput.ask(prompt) else {
            throw CommandError(
                "\(property) is '-', which asks for it at a terminal, and there is none; give a reference such as "
                    + "${env:NAME} or ${file:PATH}")
        }
        return text
    }
}
