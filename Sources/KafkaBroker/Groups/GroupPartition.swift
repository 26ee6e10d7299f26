// SPDX-License-Identifier: Apache-2.0

/// Which partition of `__consumer_offsets` a group lives in.
enum GroupPartition {
    /// Java's `String.hashCode`, over UTF-16 units, made positive as Kafka does, modulo the count.
    static func of(_ groupID: String, count: Int32) -> Int32 {
        var hash: Int32 = 0
        for unit in groupID.utf16 { hash = hash &* 31 &+ Int32(unit) }
        return (hash == .min ? 0 : abs(hash)) % count
    }
}
