// The compression function of SHA-256 (NIST 2015, FIPS 180-4, section 6.2), by the processor's own instructions
// where it has them.
#include "CSystem.h"

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t word, int count) { return word >> count | word << (32 - count); }

void csystem_sha256_plainly(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  for (; blocks > 0; blocks -= 1, bytes += 64) {
    uint32_t w[64], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4],
                    f = state[5], g = state[6], h = state[7];
    for (int t = 0; t < 16; t += 1) {
      w[t] = (uint32_t)bytes[4 * t] << 24 | (uint32_t)bytes[4 * t + 1] << 16 |
             (uint32_t)bytes[4 * t + 2] << 8 | bytes[4 * t + 3];
    }
    for (int t = 16; t < 64; t += 1) {
      uint32_t x = w[t - 15], y = w[t - 2];
      w[t] = w[t - 16] + (rotated(x, 7) ^ rotated(x, 18) ^ x >> 3) + w[t - 7] +
             (rotated(y, 17) ^ rotated(y, 19) ^ y >> 10);
    }
    for (int t = 0; t < 64; t += 1) {
      uint32_t first = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
                       ((e & f) ^ (~e & g)) + constants[t] + w[t];
      uint32_t second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) +
                        ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

static int has_instructions(void) {
  unsigned int a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3)) return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29);
}

__attribute__((target("sha,sse4.1,ssse3"))) static void by_instructions(
    uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  // The instructions want the state as the words a b e f and c d g h, the first one last.
  uint32_t halves[2][4] = {{state[5], state[4], state[1], state[0]},
                           {state[7], state[6], state[3], state[2]}};
  __m128i abef = _mm_loadu_si128((const __m128i *)halves[0]);
  __m128i cdgh = _mm_loadu_si128((const __m128i *)halves[1]);
  for (; blocks > 0; blocks -= 1, bytes += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w[4];
    for (int part = 0; part < 4; part += 1) {
      w[part] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * part)), order);
    }
    for (int turn = 0; turn < 16; turn += 1) {
      const int now = turn % 4;
      if (turn >= 4) {
        // Words 4 × turn to 4 × turn + 3 of the schedule in place of those 16 before them.
        __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[now], w[(now + 1) % 4]),
                                    _mm_alignr_epi8(w[(now + 3) % 4], w[(now + 2) % 4], 4));
        w[now] = _mm_sha256msg2_epu32(sum, w[(now + 3) % 4]);
      }
      __m128i words =
          _mm_add_epi32(w[now], _mm_loadu_si128((const __m128i *)(constants + 4 * turn)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  _mm_storeu_si128((__m128i *)halves[0], abef);
  _mm_storeu_si128((__m128i *)halves[1], cdgh);
  state[5] = halves[0][0], state[4] = halves[0][1], state[1] = halves[0][2], state[0] = halves[0][3];
  state[7] = halves[1][0], state[6] = halves[1][1], state[3] = halves[1][2], state[2] = halves[1][3];
}

void csystem_sha256(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  if (has_instructions()) {
    by_instructions(state, bytes, blocks);
  } else {
    csystem_sha256_plainly(state, bytes, blocks);
  }
}

#else

void csystem_sha256(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  csystem_sha256_plainly(state, bytes, blocks);
}

#endif
