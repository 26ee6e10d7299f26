// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaLog
import KafkaProtocol

/// `kafka metadata-quorum add-controller`: the file of --command-config is the new controller's own.
struct AddController: Sendable {
    let id: Int32
    let directory: KafkaUUID
    let listeners: [AddRaftVoterRequest.Listener]

    init(_ arguments: Arguments) throws {
        let path = try arguments.required("command-config")
        let file = try Properties(file: path, option: "command-config")
        guard let text = file["node.id"] else { throw CommandError("node.id not found in \(path)") }
        guard let id = Int32(text.trimmed), id >= 0 else {
            throw CommandError("node.id '\(text)' in \(path) is no number from 0 on")
        }
        self.id = id
        let directories = file["metadata.log.dir"] ?? file["log.dirs"] ?? file["log.dir"]
        guard let first = directories?.split(separator: ",").first.map({ String($0).trimmed }) else {
            throw CommandError("Neither metadata.log.dir nor log.dirs were found in \(path). Is it the controller's?")
        }
        guard let directory = try StorageFormat.owner(of: first)?.directoryID else {
            throw CommandError("\(first)/meta.properties has no directory.id: format the directory first.")
        }
        self.directory = directory
        listeners = try Self.listeners(file, path)
        if listeners.isEmpty { throw CommandError("Could not find the controller's listeners in \(path)") }
    }

    private static func listeners(_ file: Properties, _ path: String) throws -> [AddRaftVoterRequest.Listener] {
        guard let names = file["controller.listener.names"] else {
            throw CommandError("controller.listener.names was not found in \(path). Is it the controller's?")
        }
        var addresses: [String: (host: String, port: UInt16)] = [:]
        for text in [file["listeners"], file["advertised.listeners"]].compactMap({ $0 }) {
            for word in text.split(separator: ",").map({ String($0).trimmed }) {
                guard let colon = word.firstIndex(of: ":"), word[colon...].hasPrefix("://"),
                    let last = word.lastIndex(of: ":"), last > colon,
                    let port = UInt16(word[word.index(after: last)...])
                else { throw CommandError("Invalid listener '\(word)' in \(path)") }
                var host = word[word.index(colon, offsetBy: 3)..<last]
                if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
                addresses[word[..<colon].uppercased()] = (host.isEmpty ? "localhost" : String(host), port)
            }
        }
        // Kafka knows listeners by their names in capitals.
        return try names.split(separator: ",").map { String($0).trimmed.uppercased() }.map { name in
            guard let address = addresses[name] else {
                throw CommandError("No listener of \(path) has the name \(name) of controller.listener.names")
            }
            return AddRaftVoterRequest.Listener {
                $0.name = name
                $0.host = address.host
                $0.port = address.port
            }
        }
    }

    func run(_ cluster: Cluster, dryRun: Bool, _ context: Context) async throws {
        if !dryRun {
            let clusterID = try await cluster.clusterID()
            let request = AddRaftVoterRequest {
                $0.clusterID = clusterID
                $0.timeoutMs = 60_000
                $0.voterID = id
                $0.voterDirectoryID = directory
                $0.listeners = listeners
            }
            let response = try await Admin(cluster).send(request, to: .controller)
            if response.errorCode != .none {
                throw CommandError(response.errorMessage ?? response.errorCode.clientMessage)
            }
        }
        let endpoints = listeners.map { listener in
            let host = listener.host.contains(":") ? "[\(listener.host)]" : listener.host
            return "\(listener.name)://\(host):\(listener.port)"
        }
        context.out.line(
            "\(dryRun ? "DRY RUN of adding" : "Added") controller \(id) with directory id \(directory) and endpoints: "
                + endpoints.joined(separator: ", "))
    }
}
