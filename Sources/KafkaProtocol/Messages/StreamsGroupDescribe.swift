// SPDX-License-Identifier: Apache-2.0

/// Tells state and members of groups of Kafka Streams.
///
/// StreamsGroupDescribe (key 89), versions 0 to 1, flexible from 0; KIP-1071.
///
/// Version 1 adds `includeTopologyDescription`.
public struct StreamsGroupDescribeRequest: RequestMessage {
    public typealias Response = StreamsGroupDescribeResponse
    public static var apiKey: APIKey { .streamsGroupDescribe }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var groupIDs: [String] = []
    public var includeAuthorizedOperations: Bool = false
    public var includeTopologyDescription: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.strings(&groupIDs)
        try wire.bool(&includeAuthorizedOperations)
        try wire.bool(&includeTopologyDescription, since: 1)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `StreamsGroupDescribeRequest`.
///
/// Version 1 adds `topologyDescription`, `topologyDescriptionStatus`, `assignorName`.
public struct StreamsGroupDescribeResponse: ThrottledResponse {
    public static var apiKey: APIKey { .streamsGroupDescribe }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var groups: [DescribedGroup] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&groups)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What the coordinator knows of one group of Kafka Streams.
    public struct DescribedGroup: WireStructure {
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var groupID: String = ""
        public var groupState: String = ""
        public var groupEpoch: Int32 = 0
        public var assignmentEpoch: Int32 = 0
        public var topology: Topology? = nil
        public var members: [Member] = []
        public var authorizedOperations: Int32 = .min
        public var topologyDescription: TopologyDescription? = nil
        public var topologyDescriptionStatus: Int8 = 0
        public var assignorName: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.string(&groupID)
            try wire.string(&groupState)
            try wire.int32(&groupEpoch)
            try wire.int32(&assignmentEpoch)
            try wire.nullableStructure(&topology)
            try wire.array(&members)
            try wire.int32(&authorizedOperations)
            try wire.nullableStructure(&topologyDescription, since: 1)
            try wire.int8(&topologyDescriptionStatus, since: 1)
            try wire.nullableString(&assignorName, since: 1, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The application's topology, as its members have told.
    public struct Topology: WireStructure {
        public var epoch: Int32 = 0
        public var subtopologies: [Subtopology]? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&epoch)
            try wire.nullableArray(&subtopologies)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A part of the topology whose tasks are shared out among the members.
    public struct Subtopology: WireStructure {
        public var subtopologyID: String = ""
        public var sourceTopics: [String] = []
        public var repartitionSinkTopics: [String] = []
        public var stateChangelogTopics: [TopicInfo] = []
        public var repartitionSourceTopics: [TopicInfo] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&subtopologyID)
            try wire.strings(&sourceTopics)
            try wire.strings(&repartitionSinkTopics)
            try wire.array(&stateChangelogTopics)
            try wire.array(&repartitionSourceTopics)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A member, with its tasks and where it can be reached.
    public struct Member: WireStructure {
        public var memberID: String = ""
        public var memberEpoch: Int32 = 0
        public var instanceID: String? = nil
        public var rackID: String? = nil
        public var clientID: String = ""
        public var clientHost: String = ""
        public var topologyEpoch: Int32 = 0
        public var processID: String = ""
        public var userEndpoint: Endpoint? = nil
        public var clientTags: [KeyValue] = []
        public var taskOffsets: [TaskOffset] = []
        public var taskEndOffsets: [TaskOffset] = []
        public var assignment = Assignment()
        public var targetAssignment = Assignment()
        public var isClassic: Bool = false
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&memberID)
            try wire.int32(&memberEpoch)
            try wire.nullableString(&instanceID)
            try wire.nullableString(&rackID)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.int32(&topologyEpoch)
            try wire.string(&processID)
            try wire.nullableStructure(&userEndpoint)
            try wire.array(&clientTags)
            try wire.array(&taskOffsets)
            try wire.array(&taskEndOffsets)
            try wire.structure(&assignment)
            try wire.structure(&targetAssignment)
            try wire.bool(&isClassic)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where a member answers interactive queries.
    public struct Endpoint: WireStructure {
        public var host: String = ""
        public var port: UInt16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&host)
            try wire.uint16(&port)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// How far one task is.
    public struct TaskOffset: WireStructure {
        public var subtopologyID: String = ""
        public var partition: Int32 = 0
        public var offset: Int64 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&subtopologyID)
            try wire.int32(&partition)
            try wire.int64(&offset)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The tasks of a member, by their kind.
    public struct Assignment: WireStructure {
        public var activeTasks: [TaskIds] = []
        public var standbyTasks: [TaskIds] = []
        public var warmupTasks: [TaskIds] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.array(&activeTasks)
            try wire.array(&standbyTasks)
            try wire.array(&warmupTasks)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Tasks of one subtopology.
    public struct TaskIds: WireStructure {
        public var subtopologyID: String = ""
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&subtopologyID)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A tag or configuration.
    public struct KeyValue: WireStructure {
        public var key: String = ""
        public var value: String = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&key)
            try wire.string(&value)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic that the topology needs, with how it must look.
    public struct TopicInfo: WireStructure {
        public var name: String = ""
        public var partitions: Int32 = 0
        public var replicationFactor: Int16 = 0
        public var topicConfigs: [KeyValue] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int32(&partitions)
            try wire.int16(&replicationFactor)
            try wire.array(&topicConfigs)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The topology in words, for people to read.
    public struct TopologyDescription: WireStructure {
        public var subtopologies: [TopologyDescriptionSubtopology] = []
        public var globalStores: [TopologyDescriptionGlobalStore] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.array(&subtopologies, since: 1)
            try wire.array(&globalStores, since: 1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A part of the description: a subtopology.
    public struct TopologyDescriptionSubtopology: WireStructure {
        public var subtopologyID: String = ""
        public var nodes: [TopologyDescriptionNode] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&subtopologyID, since: 1)
            try wire.array(&nodes, since: 1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A part of the description: a source, processor or sink.
    public struct TopologyDescriptionNode: WireStructure {
        public var name: String = ""
        public var nodeType: Int8 = 0
        public var sourceTopics: [String] = []
        public var sinkTopic: String? = nil
        public var stores: [String] = []
        public var successors: [String] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, since: 1)
            try wire.int8(&nodeType, since: 1)
            try wire.strings(&sourceTopics, since: 1)
            try wire.nullableString(&sinkTopic, since: 1)
            try wire.strings(&stores, since: 1)
            try wire.strings(&successors, since: 1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A part of the description: a store that every instance has whole.
    public struct TopologyDescriptionGlobalStore: WireStructure {
        public var source = TopologyDescriptionNode()
        public var processor = TopologyDescriptionNode()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.structure(&source, since: 1)
            try wire.structure(&processor, since: 1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
