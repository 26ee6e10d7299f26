// SPDX-License-Identifier: Apache-2.0

#include "crc32c.h"
#include "crc32c_hardware.h"

uint32_t kafka_crc32c(uint32_t seed, const void *bytes, size_t count) {
#ifdef KAFKA_CRC32C_HARDWARE
    if (kafka_crc32c_has_hardware()) return kafka_crc32c_hardware(seed, bytes, count);
#endif
    return kafka_crc32c_portable(seed, bytes, count);
}
