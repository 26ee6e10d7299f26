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
        let properties = Properties(parsing: String(decoding: bytes, as: UTF8.self))
        guard let version = properties["version"].flatMap({ Int($0) }), version == 0 || version == 1 else {
            throw LogError(.kafkaStorageError, "\(propertiesPath) has no version that is known (0 or 1)")
        }
        let directoryID = properties["directory.id"].map { KafkaUUID($0) }
        let nodeID = (properties["node.id"] ?? properties["broker.id"]).map { Int32($0) }
        if let directoryID, directoryID == nil {
            throw LogError(.kafkaStorageError, "\(propertiesPath): directory.id is no UUID")
        }
        if let nodeID, nodeID == nil { throw LogError(.kafkaStorageError, "\(propertiesPath): node.id is no number") }
        return MetaProperties(
            version: version, clusterID: properties["cluster.id"], nodeID: nodeID ?? nil,
            directoryID: directoryID ?? nil)
    }

    /// Makes a directory of a partition, unless it is there.
    public func makeDirectory(_ name: String) throws(LogError) { try FileSystem.makeDirectory("\(path)/\(name)") }

    /// Writes meta.properties as Java's Properties would, durably.
    public func write(_ meta: MetaProperties) throws(LogError) {
        var properties = Properties()
        if let nodeID = meta.nodeID { properties.set("node.id", "\(nodeID)") }
        if let directoryID = meta.directoryID { properties.set("directory.id", "\(directoryID)") }
        properties.set("version", "\(meta.version)")
        if let clusterID = meta.clusterID { properties.set("cluster.id", clusterID) }
        try FileSystem.replace(
            Self.propertiesPath(path), with: Array("#\n\(properties.text)".utf8), durability: .contentsAndName)
    }
}
