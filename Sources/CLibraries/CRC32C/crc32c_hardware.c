// SPDX-License-Identifier: Apache-2.0

#include "crc32c_hardware.h"

#ifdef KAFKA_CRC32C_HARDWARE

// The instruction has a latency of three cycles but one can start in each, so long input is cut into three streams
// that run interleaved. A stream's checksum moves past the n bytes that follow it when it is multiplied by x^(8n)
// modulo the polynomial: a carry-less multiplication by x^(8n-33), reduced by the CRC instruction itself (which
// contributes x^32, the bit order of the product x^1).

#if defined(__x86_64__)

#include <immintrin.h>
#define HARDWARE __attribute__((target("sse4.2,pclmul")))

HARDWARE static inline uint64_t step(uint64_t crc, uint64_t word) { return _mm_crc32_u64(crc, word); }
HARDWARE static inline uint64_t step_byte(uint64_t crc, uint8_t byte) { return _mm_crc32_u8((uint32_t)crc, byte); }
HARDWARE static inline uint64_t multiply(uint64_t a, uint64_t b) {
    return (uint64_t)_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)a), _mm_cvtsi64_si128((long long)b), 0));
}

int kafka_crc32c_has_hardware(void) {
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}

#else

#include <arm_acle.h>
#include <arm_neon.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif
#define HARDWARE __attribute__((target("crc,aes")))

HARDWARE static inline uint64_t step(uint64_t crc, uint64_t word) { return __crc32cd((uint32_t)crc, word); }
HARDWARE static inline uint64_t step_byte(uint64_t crc, uint8_t byte) { return __crc32cb((uint32_t)crc, byte); }
HARDWARE static inline uint64_t multiply(uint64_t a, uint64_t b) { return (uint64_t)vmull_p64(a, b); }

int kafka_crc32c_has_hardware(void) {
#ifdef __APPLE__
    return 1;  // every 64-bit Apple processor with this system
#else
    const unsigned long pmull = 1ul << 4, crc32 = 1ul << 7;  // HWCAP_PMULL, HWCAP_CRC32
    return (getauxval(AT_HWCAP) & (pmull | crc32)) == (pmull | crc32);
#endif
}

#endif

static inline uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

/// Three streams of `stream` bytes each; `past_one` and `past_two` move a checksum past one and two of them.
HARDWARE static inline uint64_t three_streams(
    uint64_t crc, const uint8_t *bytes, size_t stream, uint64_t past_one, uint64_t past_two) {
    uint64_t second = 0, third = 0;
    for (size_t i = 0; i < stream; i += 8) {
        crc = step(crc, load(bytes + i));
        second = step(second, load(bytes + stream + i));
        third = step(third, load(bytes + 2 * stream + i));
    }
    return step(0, multiply(crc, past_two)) ^ step(0, multiply(second, past_one)) ^ third;
}

HARDWARE uint32_t kafka_crc32c_hardware(uint32_t seed, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    uint64_t crc = (uint32_t)~seed;
    for (; count >= 3 * 2048; count -= 3 * 2048, next += 3 * 2048)
        crc = three_streams(crc, next, 2048, 0xA51B6135, 0x82F89C77);
    for (; count >= 3 * 128; count -= 3 * 128, next += 3 * 128)
        crc = three_streams(crc, next, 128, 0x0D3B6092, 0xB9E02B86);
    for (; count >= 8; count -= 8, next += 8) crc = step(crc, load(next));
    for (; count > 0; count--) crc = step_byte(crc, *next++);
    return ~(uint32_t)crc;
}

#endif
