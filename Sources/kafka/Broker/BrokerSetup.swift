// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol

/// What a broker is to be started with, from the command line, a file and the environment.
struct BrokerSetup {
    private var given: Broker.Options
    /// The properties file that was named.
    let file: String?
    /// Whether variables count, and those of the command line; nil where they don't.
    private let variables: [String: String]?

    /// - Throws: for what is wrong with the command line.
    init(_ arguments: Arguments) throws {
        var files = arguments.operands
        if arguments.flag("env") {
            variables = Dictionary(files.compactMap(Self.variable)) { _, last in last }
            files.removeAll { Self.variable($0) != nil }
        } else {
            variables = nil
            if let word = files.first(where: { Self.variable($0)?.name.hasPrefix("KAFKA_") == true }) {
                throw CommandError("'\(SecretProperty.shown(word))' is a variable: they count with --env")
            }
        }
        guard files.count <= 1 else {
            throw CommandError("Unexpected argument '\(files[1])'; one properties file is enough.")
        }
        if arguments.flag("ephemeral"), arguments.has("data-dir") {
            throw CommandError.conflict("ephemeral", with: "data-dir")
        }
        given = Broker.Options(
            dataDirectory: try DefaultDataDirectory.given(arguments), listen: arguments.strings("listen"))
        given.isEphemeral = arguments.flag("ephemeral")
        if let nodes = try arguments.nodeCount() {
            guard given.isEphemeral || nodes == 1 else {
                throw CommandError(
                    "--nodes is for tests and wants --ephemeral: nothing is replicated, and a directory that is kept would "
                        + "say it is.")
            }
            given.nodes = nodes
        }
        given.isSecure = arguments.flag("secure")
        for address in given.listen where ListenAddress(address) == nil {
            throw CommandError(
                "Invalid value '\(address)' of option listen: it must have the form HOST:PORT, such as 127.0.0.1:9092 or "
                    + "[::1]:9092; *:9092 is all addresses.")
        }
        file = files.first
        if let file { given.file = try Self.properties(file).entries.map { ($0.name, $0.value) } }
        var overrides = Properties()
        try overrides.add(arguments.strings("override"), option: "override")
        given.overrides = overrides.entries.map { ($0.name, $0.value) }
        let http = arguments.strings("http")
        for address in http where Listener.http(address) == nil {
            throw CommandError(
                "Invalid value '\(address)' of option http: it must have the form HOST:PORT or https://HOST:PORT, such as "
                    + "127.0.0.1:8080.")
        }
        if !http.isEmpty { given.overrides.append(("http.listeners", http.joined(separator: ","))) }
    }

    /// `NAME=VALUE` in capitals; nil for anything else, such as a file.
    private static func variable(_ word: String) -> (name: String, value: String)? {
        guard let mark = word.firstIndex(of: "="), mark > word.startIndex else { return nil }
        let name = word[..<mark]
        guard
            name.utf8.allSatisfy({
                UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 || $0 == UInt8(ascii: "_")
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
            })
        else { return nil }
        return (String(name), String(word[word.index(after: mark)...]))
    }

    private static func properties(_ path: String) throws -> Properties {
        Properties(parsing: try FileText.read(path, for: "the properties file"))
    }

    /// All that the broker needs, and what the environment says beside; nil where it doesn't count.
    /// - Throws: for a variable that can't be, and where nobody says where the data goes.
    func options(
        _ environment: Environment, files: ImageFiles = ImageFiles()
    ) throws -> (options: Broker.Options, image: ImageEnvironment?) {
        var options = given
        var image: ImageEnvironment?
        if let variables { image = try take(environment.all.merging(variables) { $1 }, files, &options) }
        let namesDirectory = (options.file + options.overrides).contains { ["log.dirs", "log.dir"].contains($0.name) }
        if options.dataDirectory == nil, !options.isEphemeral, !namesDirectory {
            options.dataDirectory = try DefaultDataDirectory.path(environment)
        }
        return (options, image)
    }

    private func take(
        _ variables: [String: String], _ files: ImageFiles, _ options: inout Broker.Options
    ) throws -> ImageEnvironment {
        var image = try ImageEnvironment(variables, files: files)
        if file == nil, let path = files.properties {
            options.file = try Self.properties(path).entries.map { ($0.name, $0.value) }
        }
        var base = Properties()
        for (name, value) in options.file + options.overrides { base.set(name, value) }
        // Listeners of --secure and --listen are their own.
        try image.complete(base, listens: !options.listen.isEmpty || options.isSecure)
        options.file += image.settings.map { ($0.name, $0.value) }
        options.origins = image.origins
        options.withoutEffect = image.unheeded
        options.clusterID = image.clusterID
        options.javaOptions = image.javaOptions
        options.logLevels = image.logLevels
        return image
    }
}

extension Arguments {
    /// `--nodes`; nil where it isn't given.
    func nodeCount() throws -> Int? {
        guard let nodes: Int32 = try integer("nodes") else { return nil }
        guard (1...64).contains(nodes) else {
            throw CommandError("Invalid value '\(nodes)' of option nodes: it must be from 1 to 64.")
        }
        return Int(nodes)
    }
}
