// SPDX-License-Identifier: Apache-2.0

internal import CRC32C

/// CRC-32C (Castagnoli), the checksum of record batches.
public enum CRC32C {
    /// The checksum of `bytes`, continuing from the checksum `seed` of the bytes before them.
    public static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        kafka_crc32c(seed, bytes.baseAddress, bytes.count)
    }

    /// The same without the processor's CRC instruction: what runs where there is none.
    static func portableChecksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        kafka_crc32c_portable(seed, bytes.baseAddress, bytes.count)
    }
}
