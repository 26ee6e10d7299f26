// SPDX-License-Identifier: Apache-2.0

/// What Java computes of a string, where brokers and clients have to agree on it.
public enum JavaString {
    /// `String.hashCode()`: over the UTF-16 code units.
    public static func hashCode(_ string: String) -> Int32 {
        var hash: Int32 = 0
        for unit in string.utf16 { hash = hash &* 31 &+ Int32(unit) }
        return hash
    }

    /// The partition of an internal topic, out of `count` (at least 1), that holds a group or a transactional id:
    /// the absolute value of the hash, 0 for the one that has none (`Utils.abs`).
    public static func partition(of string: String, count: Int32) -> Int32 {
        let hash = hashCode(string)
        return (hash == .min ? 0 : abs(hash)) % count
    }
}
