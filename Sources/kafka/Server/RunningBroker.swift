// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Libc

/// A process of this very executable that runs `broker` or `server-start`.
struct RunningBroker {
    var process: pid_t
    var nodeID: Int32

    static func all() -> [RunningBroker] {
        guard let own = link("/proc/self/exe"), let names = try? FileSystem.names(in: "/proc") else { return [] }
        var found: [RunningBroker] = []
        for name in names {
            guard let process = pid_t(name), process != getpid(), link("/proc/\(name)/exe") == own,
                let bytes = try? FileText.readBytes("/proc/\(name)/cmdline", for: "a process")
            else { continue }
            let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            let isLink = words.first.flatMap(ToolTable.name(ofLink:)) != nil
            let tool = isLink ? words.first.flatMap(ToolTable.name(ofLink:)) : words.dropFirst().first
            guard tool == "broker" || tool == "server-start" else { continue }
            let directory = link("/proc/\(name)/cwd") ?? "/"
            found.append(
                RunningBroker(
                    process: process, nodeID: nodeID(Array(words.dropFirst(isLink ? 1 : 2)), in: directory)))
        }
        return found
    }

    /// What a broker's command line, properties file or data directory says, in this order; 1 if none does.
    static func nodeID(_ words: [String], in directory: String) -> Int32 {
        guard let arguments = try? OptionParser.parse(words, ServerStartCommand.definition) else { return 1 }
        func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
        let file = arguments.operands.first.flatMap { try? FileText.read(absolute($0), for: "a file") }
        var given = file.map { Properties(parsing: $0) } ?? Properties()
        try? given.add(arguments.strings("override"), option: "override")
        if let id = (given["node.id"] ?? given["broker.id"]).flatMap({ Int32($0) }), id >= 0 { return id }
        let logs = given["log.dirs"] ?? given["log.dir"]
        let data = arguments.string("data-dir") ?? logs?.split(separator: ",").first.map(String.init)
        return data.flatMap { try? LogDirectory.metaProperties(of: absolute($0)) }?.nodeID ?? 1
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
}
