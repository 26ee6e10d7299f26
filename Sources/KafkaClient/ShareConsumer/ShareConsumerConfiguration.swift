// SPDX-License-Identifier: Apache-2.0

/// What a member of a share group reads, and how (KIP-932); the defaults are Kafka's.
public struct ShareConsumerConfiguration: Sendable {
    /// The share group's name.
    public var group: String
    /// The topics to read; they need not exist yet.
    public var topics: [String]
    /// Whether records that were handed out and not spoken of count as accepted at the next poll, commit or close; else
    /// each has to be acknowledged (`share.acknowledgement.mode`).
    public var isImplicit: Bool
    /// Bytes of one fetch; the first batch comes whole even if larger.
    public var maxBytes: Int32 = 50 << 20
    /// How many records one fetch of a broker is to acquire; batches come whole, which may make it more.
    public var maxRecords: Int32 = 500
    /// Whether `maxRecords` is never exceeded, even if a batch of the log has more (KIP-1206).
    public var isRecordLimit = false
    /// How long a broker may wait for records before it answers that there are none.
    public var maxWait: Duration = .milliseconds(500)
    /// How long a broker may take to answer beyond `maxWait`; nil for `request.timeout.ms`.
    public var patience: Duration?
    /// Where the member is (`client.rack`); nil says nothing.
    public var rack: String?

    /// A member of `group` that reads `topics`.
    public init(group: String, topics: [String], isImplicit: Bool = true) {
        self.group = group
        self.topics = topics
        self.isImplicit = isImplicit
    }
}
