// SPDX-License-Identifier: Apache-2.0

#ifndef KAFKA_CRC32C_H
#define KAFKA_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, RFC 3720) of `bytes`, continuing from the checksum `seed` of the bytes before them (0: none).
/// Uses the processor's own instruction where it has one.
uint32_t kafka_crc32c(uint32_t seed, const void *bytes, size_t count);

/// The same without special instructions (slicing-by-8).
uint32_t kafka_crc32c_portable(uint32_t seed, const void *bytes, size_t count);

#endif
