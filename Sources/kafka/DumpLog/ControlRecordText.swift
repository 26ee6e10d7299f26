// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import NIOCore

/// What a control record says.
enum ControlRecordText {
    static func describe(_ record: RecordView) -> String {
        guard let type = try? ControlRecordType(key: record.key), let value = record.value else {
            return "controlType: UNKNOWN(-1)"
        }
        switch type {
        case .abort, .commit:
            let epoch = value.count >= 6 ? Int32(bigEndian: value.loadUnaligned(fromByteOffset: 2, as: Int32.self)) : -1
            return "endTxnMarker: \(type == .abort ? "ABORT" : "COMMIT") coordinatorEpoch: \(epoch)"
        case .leaderChange: return "controlType: LEADER_CHANGE(2)"
        case .snapshotHeader: return "SnapshotHeader " + json(SnapshotHeaderRecord.self, value)
        case .snapshotFooter: return "SnapshotFooter " + json(SnapshotFooterRecord.self, value)
        case .kraftVersion: return "KRaftVersion " + json(KRaftVersionRecord.self, value)
        case .kraftVoters: return "KRaftVoters " + json(VotersRecord.self, value)
        default: return "controlType: UNKNOWN(\(type.rawValue))"
        }
    }

    /// These begin with a field that repeats their version, so the highest known one reads them all.
    private static func json<M: Message>(_: M.Type, _ value: UnsafeRawBufferPointer) -> String {
        var buffer = ByteBuffer(bytes: value)
        let version = M.versions.upperBound
        guard let message = try? M.decode(prefixOf: &buffer, version: version) else { return "{}" }
        return MessageJSON.object(message, version: version).serialized()
    }
}
