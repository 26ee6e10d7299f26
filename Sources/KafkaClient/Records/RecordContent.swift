// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// What can be sent as a record's key or value without more ado: text, as UTF-8, and bytes.
///
/// `Producer.send` also takes any other sequence of bytes. For a type of your own, give it `recordData`.
public protocol RecordContent: Sendable {
    /// The bytes to send.
    var recordData: RecordData { get }
}

extension RecordData: RecordContent {
    public var recordData: RecordData { self }
}

extension String: RecordContent {
    public var recordData: RecordData { RecordData(self) }
}

extension Substring: RecordContent {
    public var recordData: RecordData { RecordData(self) }
}

extension Array<UInt8>: RecordContent {
    public var recordData: RecordData { RecordData(self) }
}

extension ArraySlice<UInt8>: RecordContent {
    public var recordData: RecordData { RecordData(self) }
}

extension ByteBuffer: RecordContent {
    public var recordData: RecordData { RecordData(self) }
}
