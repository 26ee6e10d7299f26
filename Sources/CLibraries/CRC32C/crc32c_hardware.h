// SPDX-License-Identifier: Apache-2.0

#ifndef KAFKA_CRC32C_HARDWARE_H
#define KAFKA_CRC32C_HARDWARE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) || (defined(__aarch64__) && (defined(__APPLE__) || defined(__linux__)))
#define KAFKA_CRC32C_HARDWARE 1

int kafka_crc32c_has_hardware(void);
uint32_t kafka_crc32c_hardware(uint32_t seed, const void *bytes, size_t count);
#endif

#endif
