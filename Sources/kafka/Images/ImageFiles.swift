// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// The files of a container that are where those of an image of Kafka are.
struct ImageFiles: Sendable {
    /// What stands before each path; empty but for tests.
    var root = ""

    /// Keys, certificates, and files with their passwords.
    func secret(_ name: String) -> String { name.hasPrefix("/") ? root + name : "\(root)/etc/kafka/secrets/\(name)" }

    /// The text of a file without the line's end that most editors put behind it.
    func text(_ path: String, for what: String) throws -> String {
        var text = try FileText.read(path, for: what)[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text)
    }

    func exists(_ path: String) -> Bool { (try? FileSystem.status(root + path)) != nil }

    /// What somebody has mounted for the broker to begin with; variables win over it.
    var properties: String? {
        ["/mnt/shared/config/server.properties", "/bitnami/kafka/config/server.properties"]
            .first { exists($0) }.map { root + $0 }
    }

    /// The volume for the data. It is taken as it is: data that went elsewhere would be gone with the container.
    var dataDirectory: String? {
        if exists("/var/lib/kafka/data") { return root + "/var/lib/kafka/data" }
        return exists("/bitnami/kafka") ? root + "/bitnami/kafka/data" : nil
    }

    /// Key stores in the place of the images of bitnami.
    func certificates(_ name: String) -> String? {
        ["/opt/bitnami/kafka/config/certs/", "/bitnami/kafka/config/certs/"].map { $0 + name }.first { exists($0) }
            .map { root + $0 }
    }
}
