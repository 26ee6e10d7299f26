// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol

/// The controllers that a dynamic quorum begins with (KIP-853).
enum InitialControllers {
    /// `id@host:port:directory`, several with commas.
    static func parse(_ text: String, _ target: StorageTarget) throws -> VotersRecord {
        var record = VotersRecord()
        for word in text.split(separator: ",").map({ String($0).trimmed }) {
            record.voters.append(try voter(word, listener: listener(target)))
        }
        guard !record.voters.isEmpty else { throw invalid(text) }
        guard Set(record.voters.map(\.voterID)).count == record.voters.count else {
            throw CommandError("Duplicate voter id in --initial-controllers '\(text)'")
        }
        return record
    }

    /// This node alone, at the controller's listener that the file names first.
    static func standalone(_ target: StorageTarget) throws -> VotersRecord {
        let (configuration, node) = (target.configuration, target.configuration.nodeID)
        guard let found = configuration.controllerListeners.first ?? ownListener(target) else {
            throw CommandError("No controller listeners found.")
        }
        let host = found.host.isEmpty ? "localhost" : found.host
        let address = host.contains(":") ? "[\(host)]" : host
        let voter = try voter("\(node)@\(address):\(found.port):\(KafkaUUID.random())", listener: found.name)
        return VotersRecord { $0.voters = [voter] }
    }

    /// Where no file says which listener is the controller's, it is the broker's.
    private static func ownListener(_ target: StorageTarget) -> Listener? {
        guard !target.hasFile, var own = target.configuration.advertisedListeners.first else { return nil }
        if own.isOnAllAddresses { own.host = "" }
        return own
    }

    private static func listener(_ target: StorageTarget) -> String {
        target.configuration.list("controller.listener.names").map(\.trimmed).first { !$0.isEmpty }?.uppercased()
            ?? "PLAINTEXT"
    }

    private static func voter(_ word: String, listener: String) throws -> VotersRecord.Voter {
        guard let at = word.firstIndex(of: "@"), let id = Int32(word[..<at]), id >= 0,
            let last = word.lastIndex(of: ":"), let directory = KafkaUUID(String(word[word.index(after: last)...])),
            let colon = word[..<last].lastIndex(of: ":"), colon > at,
            let port = UInt16(word[word.index(after: colon)..<last])
        else { throw invalid(word) }
        var host = word[word.index(after: at)..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw invalid(word) }
        return VotersRecord.Voter {
            $0.voterID = id
            $0.voterDirectoryID = directory
            $0.endpoints = [
                VotersRecord.Endpoint {
                    $0.name = listener
                    $0.host = String(host)
                    $0.port = port
                }
            ]
            $0.kRaftVersionFeature.maxSupportedVersion = 1
        }
    }

    private static func invalid(_ text: String) -> CommandError {
        CommandError("Invalid controller '\(text)': it must have the form ID@HOST:PORT:DIRECTORY, with a directory id.")
    }
}
