// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// What meta.properties says about the owner of a data directory.
public struct MetaProperties: Sendable, Equatable {
    /// The format: 1 under KRaft.
    public var version = 1
    /// The id of the cluster; nil if the file does not say.
    public var clusterID: String?
    /// The id of the node; nil if the file does not say.
    public var nodeID: Int32?
    /// The directory's own id (KIP-858); nil if the file does not say.
    public var directoryID: KafkaUUID?

    /// What to write; nil leaves a line out.
    public init(version: Int = 1, clusterID: String?, nodeID: Int32?, directoryID: KafkaUUID?) {
        self.version = version
        self.clusterID = clusterID
        self.nodeID = nodeID
        self.directoryID = directoryID
    }
}

extension LogDirectory {
    static func propertiesPath(_ directory: String) -> String { "\(directory)/meta.properties" }

    /// Nil in a directory that nobody has formatted.
    public func readMetaProperties() throws(LogError) -> MetaProperties? { try Self.metaProperties(of: path) }

    /// The same of a directory that nobody needs to open; nil as well if it isn't there.
    public static func metaProperties(of directory: String) throws(LogError) -> MetaProperties? {
        let propertiesPath = propertiesPath(directory)
        guard let bytes = try FileSystem.contents(propertiesPath) else { return nil }
        var properties: [Substring: Substring] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
            properties[line[..<equals]] = line[line.index(after: equals)...]
        }
        guard let version = properties["version"].flatMap({ Int($0) }), version == 0 || version == 1 else {
            throw LogError(.kafkaStorageError, "\(propertiesPath) has no version that is known (0 or 1)")
        }
        let directoryID = properties["directory.id"].map { KafkaUUID(String($0)) }
        let nodeID = (properties["node.id"] ?? properties["broker.id"]).map { Int32($0) }
        if let directoryID, directoryID == nil {
            throw LogError(.kafkaStorageError, "\(propertiesPath): directory.id is no UUID")
        }
        if let nodeID, nodeID == nil { throw LogError(.kafkaStorageError, "\(propertiesPath): node.id is no number") }
        return MetaProperties(
            version: version, clusterID: properties["cluster.id"].map(String.init), nodeID: nodeID ?? nil,
            directoryID: directoryID ?? nil)
    }

    /// Makes a directory of a partition, unless it is there.
    public func makeDirectory(_ name: String) throws(LogError) { try FileSystem.makeDirectory("\(path)/\(name)") }

    /// Writes meta.properties as Java's Properties would, durably.
    public func write(_ meta: MetaProperties) throws(LogError) {
        var text = "#\n"
        if let nodeID = meta.nodeID { text += "node.id=\(nodeID)\n" }
        if let directoryID = meta.directoryID { text += "directory.id=\(directoryID)\n" }
        text += "version=\(meta.version)\n"
        if let clusterID = meta.clusterID { text += "cluster.id=\(clusterID)\n" }
        try FileSystem.replace(Self.propertiesPath(path), with: Array(text.utf8), durability: .contentsAndName)
    }
}
