// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaLog
import KafkaProtocol

/// `kafka storage info`
struct StorageInfo {
    private let target: StorageTarget

    init(_ target: StorageTarget) { self.target = target }

    func run(_ context: Context) throws {
        var found: [String] = []
        var problems: [String] = []
        var owner: MetaProperties?
        for directory in target.directories {
            switch try FileText.kind(of: directory) {
            case .missing: problems.append("\(directory) does not exist")
            case .file: problems.append("\(directory) is not a directory")
            case .directory:
                found.append(directory)
                do {
                    guard let meta = try StorageFormat.owner(of: directory) else {
                        problems.append("\(directory) is not formatted.")
                        continue
                    }
                    if let owner, owner.clusterID != meta.clusterID {
                        problems.append("Mismatched cluster IDs between storage directories.")
                    } else if let owner, owner.nodeID != meta.nodeID {
                        problems.append("Mismatched node IDs between storage directories.")
                    }
                    if owner == nil { owner = meta }
                } catch {
                    problems.append("Error loading \(directory)/meta.properties: \(error.message)")
                }
            }
        }
        if owner?.version == 0 {
            problems.append(
                "The kafka configuration file appears to be for a cluster in KRaft mode, but the directories are "
                    + "formatted for legacy mode.")
        }
        list(found.count == 1 ? "Found log directory:" : "Found log directories:", found, context)
        if let owner {
            context.out.line("Found metadata: {\(VisibleText.of(Self.text(owner)))}")
            context.out.line("")
        }
        list(problems.count == 1 ? "Found problem:" : "Found problems:", problems, context)
        if !problems.isEmpty { context.fail() }
    }

    private func list(_ title: String, _ lines: [String], _ context: Context) {
        if lines.isEmpty { return }
        context.out.line(title)
        for line in lines { context.out.line("  \(VisibleText.of(line))") }
        context.out.line("")
    }

    private static func text(_ meta: MetaProperties) -> String {
        var parts: [String] = []
        if let clusterID = meta.clusterID { parts.append("cluster.id=\(clusterID)") }
        if let directoryID = meta.directoryID { parts.append("directory.id=\(directoryID)") }
        if let nodeID = meta.nodeID { parts.append("node.id=\(nodeID)") }
        return (parts + ["version=\(meta.version)"]).joined(separator: ", ")
    }
}
