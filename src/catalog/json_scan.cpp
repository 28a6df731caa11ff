#include "catalog/json_scan.h"

#include <algorithm>
#include <array>
#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace latchkey::catalog {
namespace {

// Of 64 bytes, which are of each class: bit 0 for the first. The control characters 0x0c and 0x1a count as operators, for
// AVX2 finds those by a look-up that takes them for ',' and ':'; whoever looks at the token sees what it is.
struct Classes {
  std::uint64_t quotes = 0, backslashes = 0, operators = 0, spaces = 0, controls = 0, beyond_ascii = 0;
};

// The backslashes that begin an escape; `escaped`: what they escape. A run of backslashes escapes by pairs, and the
// subtraction finds by its borrow where the run ends (simdjson's way, by the same authors).
inline std::uint64_t find_escapes(std::uint64_t backslashes, std::uint64_t first_escaped, std::uint64_t& escaped) {
  constexpr std::uint64_t kOdd = 0xaaaa'aaaa'aaaa'aaaa;
  if (backslashes == 0) {
    escaped = first_escaped;
    return 0;
  }
  const std::uint64_t may_begin = backslashes & ~first_escaped;
  const std::uint64_t codes = (((may_begin << 1) | kOdd) - may_begin) ^ kOdd;
  escaped = codes ^ (backslashes | first_escaped);
  return codes & backslashes;
}

template <class Kernel>
[[gnu::always_inline]] inline std::size_t scan_with(JsonScan::Carry& carried, const char* text, std::uint32_t from,
                                                    std::uint32_t to, std::uint32_t* const tokens) {
  JsonScan::Carry carry = carried;
  std::uint32_t* out = tokens;
  for (std::uint32_t at = from; at < to; at += 64) {
    const Classes classes = Kernel::classify(text + at);
    std::uint64_t escaped;
    const std::uint64_t escapes = find_escapes(classes.backslashes, carry.escaped, escaped);
    const std::uint64_t quotes = classes.quotes & ~escaped;
    // From each opening quote on, until before the closing one.
    const std::uint64_t in_string = Kernel::prefix_xor(quotes) ^ carry.in_string;
    const std::uint64_t runs = ~(classes.operators | classes.spaces | quotes | in_string);
    const std::uint64_t starts = runs & ~(runs << 1 | carry.in_run);
    out = Kernel::write_positions(
        (classes.operators & ~in_string) | quotes | starts | ((escapes | classes.controls) & in_string), at, out);
    // The last block may be short: blanks follow, which are of no token, but what is carried on is that of its last byte.
    const std::uint32_t last = std::min<std::uint32_t>(to - at, 64) - 1;
    carry.in_string = 0 - (in_string >> last & 1);
    carry.escaped = escapes >> last & 1;
    carry.in_run = runs >> last & 1;
    carry.beyond_ascii |= classes.beyond_ascii;
  }
  carried = carry;
  return static_cast<std::size_t>(out - tokens);
}

// Writes eight at a time: that most of the last eight are none costs less than to branch on each.
[[gnu::always_inline]] inline std::uint32_t* write_by_eights(std::uint64_t bits, std::uint32_t base,
                                                             std::uint32_t* out) {
  const int count = std::popcount(bits);
  for (int i = 0; i < count; i += 8) {
    for (int k = i; k < i + 8; ++k) {
      out[k] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  }
  return out + count;
}

struct Portable {
  // For each byte value its classes, one to each byte of the word; the top bit of that byte is set.
  static constexpr std::array<std::uint64_t, 256> kClasses = [] {
    std::array<std::uint64_t, 256> classes{};
    const auto mark = [&](unsigned char c, int which) { classes[c] |= std::uint64_t{0x80} << 8 * which; };
    mark('"', 0);
    mark('\\', 1);
    for (const char c : {'{', '}', '[', ']', ':', ',', '\x0c', '\x1a'}) mark(static_cast<unsigned char>(c), 2);
    for (const char c : {' ', '\t', '\n', '\r'}) mark(static_cast<unsigned char>(c), 3);
    for (unsigned c = 0; c < 0x20; ++c) mark(static_cast<unsigned char>(c), 4);
    for (unsigned c = 0x80; c < 0x100; ++c) mark(static_cast<unsigned char>(c), 5);
    return classes;
  }();

  // After eight bytes each byte of `gathered` holds the bits of one class.
  static Classes classify(const char* text) {
    Classes classes;
    for (int i = 0; i < 64; i += 8) {
      std::uint64_t gathered = 0;
      for (int k = i; k < i + 8; ++k) gathered = gathered >> 1 | kClasses[static_cast<unsigned char>(text[k])];
      const auto bits = [&](int which) { return (gathered >> 8 * which & 0xff) << i; };
      classes.quotes |= bits(0);
      classes.backslashes |= bits(1);
      classes.operators |= bits(2);
      classes.spaces |= bits(3);
      classes.controls |= bits(4);
      classes.beyond_ascii |= bits(5);
    }
    return classes;
  }

  static std::uint32_t* write_positions(std::uint64_t bits, std::uint32_t base, std::uint32_t* out) {
    return write_by_eights(bits, base, out);
  }

  static std::uint64_t prefix_xor(std::uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
  }
};

std::size_t scan_portable(JsonScan::Carry& carry, const char* text, std::uint32_t from, std::uint32_t to,
                          std::uint32_t* tokens) {
  return scan_with<Portable>(carry, text, from, to, tokens);
}

#if defined(__x86_64__)
#define LK_TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,pclmul")))

struct Avx2 {
  LK_TARGET_AVX2 static inline std::uint64_t bits(__m256i low, __m256i high) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
  }
  LK_TARGET_AVX2 static inline std::uint64_t equal(__m256i low, __m256i high, char c) {
    const __m256i wanted = _mm256_set1_epi8(c);
    return bits(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
  }

  // Operators and spaces are looked up by the lower half of the byte: the table holds the one byte of the class that has
  // it, or something that is not equal to any byte looked up there.
  LK_TARGET_AVX2 static inline Classes classify(const char* text) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
    const __m256i spaces = _mm256_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0,  //
                                            ' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0);
    // With bit 5 set, '[' is '{' and ']' is '}'.
    const __m256i operators = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0,  //
                                               0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0);
    const __m256i bit5 = _mm256_set1_epi8(0x20);
    const __m256i most = _mm256_set1_epi8(0x1f);
    return {
        .quotes = equal(low, high, '"'),
        .backslashes = equal(low, high, '\\'),
        .operators = bits(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(operators, low), _mm256_or_si256(low, bit5)),
                          _mm256_cmpeq_epi8(_mm256_shuffle_epi8(operators, high), _mm256_or_si256(high, bit5))),
        .spaces = bits(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(spaces, low), low),
                       _mm256_cmpeq_epi8(_mm256_shuffle_epi8(spaces, high), high)),
        .controls = bits(_mm256_cmpeq_epi8(_mm256_min_epu8(low, most), low),
                         _mm256_cmpeq_epi8(_mm256_min_epu8(high, most), high)),
        .beyond_ascii = bits(low, high),
    };
  }

  LK_TARGET_AVX2 static inline std::uint32_t* write_positions(std::uint64_t bits, std::uint32_t base,
                                                              std::uint32_t* out) {
    return write_by_eights(bits, base, out);
  }

  // A carry-less product with all ones.
  LK_TARGET_AVX2 static inline std::uint64_t prefix_xor(std::uint64_t bits) {
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(
        _mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(static_cast<char>(0xff)), 0)));
  }
};

LK_TARGET_AVX2 std::size_t scan_avx2(JsonScan::Carry& carry, const char* text, std::uint32_t from, std::uint32_t to,
                                     std::uint32_t* tokens) {
  return scan_with<Avx2>(carry, text, from, to, tokens);
}

#define LK_TARGET_AVX512 \
  __attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi,bmi2,popcnt,pclmul")))

// As Avx2, whose tables it has, with 64 bytes in one register and comparisons that are words of bits at once.
struct Avx512 {
  LK_TARGET_AVX512 static inline Classes classify(const char* text) {
    const __m512i bytes = _mm512_loadu_si512(text);
    const __m512i spaces =
        _mm512_broadcast_i32x4(_mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0));
    const __m512i operators =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0));
    return {
        .quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
        .backslashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')),
        .operators = _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(operators, bytes),
                                            _mm512_or_si512(bytes, _mm512_set1_epi8(0x20))),
        .spaces = _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(spaces, bytes), bytes),
        .controls = _mm512_cmple_epu8_mask(bytes, _mm512_set1_epi8(0x1f)),
        .beyond_ascii = _mm512_movepi8_mask(bytes),
    };
  }

  LK_TARGET_AVX512 static inline std::uint64_t prefix_xor(std::uint64_t bits) { return Avx2::prefix_xor(bits); }

  // The numbers 0 to 63 of which the bit is set, pushed together, then made 32 bits wide; 16 at a time.
  LK_TARGET_AVX512 static inline std::uint32_t* write_positions(std::uint64_t bits, std::uint32_t base,
                                                                std::uint32_t* out) {
    const __m512i numbers =
        _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40,
                        39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
                        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i set = _mm512_maskz_compress_epi8(bits, numbers);
    const __m512i bases = _mm512_set1_epi32(static_cast<int>(base));
    const auto write = [&](int at, __m128i some) LK_TARGET_AVX512 {
      _mm512_storeu_si512(out + at, _mm512_add_epi32(_mm512_cvtepu8_epi32(some), bases));
    };
    const int count = std::popcount(bits);
    write(0, _mm512_castsi512_si128(set));
    write(16, _mm512_extracti32x4_epi32(set, 1));
    if (count > 32) {
      write(32, _mm512_extracti32x4_epi32(set, 2));
      write(48, _mm512_extracti32x4_epi32(set, 3));
    }
    return out + count;
  }
};

LK_TARGET_AVX512 std::size_t scan_avx512(JsonScan::Carry& carry, const char* text, std::uint32_t from, std::uint32_t to,
                                         std::uint32_t* tokens) {
  return scan_with<Avx512>(carry, text, from, to, tokens);
}
#endif

}  // namespace

bool JsonScan::supports(Kernel kernel) {
#if defined(__x86_64__)
  static const bool kAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                            __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") &&
                            __builtin_cpu_supports("pclmul");
  static const bool kAvx512 = kAvx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                              __builtin_cpu_supports("avx512vbmi2");
  if (kernel == Kernel::kAvx512) return kAvx512;
  if (kernel == Kernel::kAvx2) return kAvx2;
#endif
  return kernel == Kernel::kPortable;
}

JsonScan::Kernel JsonScan::best() {
  static const Kernel kBest = supports(Kernel::kAvx512) ? Kernel::kAvx512
                              : supports(Kernel::kAvx2) ? Kernel::kAvx2
                                                        : Kernel::kPortable;
  return kBest;
}

std::size_t JsonScan::scan(const char* text, std::uint32_t from, std::uint32_t to, std::uint32_t* tokens) {
  switch (kernel_) {
#if defined(__x86_64__)
    case Kernel::kAvx512: return scan_avx512(carry_, text, from, to, tokens);
    case Kernel::kAvx2: return scan_avx2(carry_, text, from, to, tokens);
#else
    case Kernel::kAvx512:
    case Kernel::kAvx2:
#endif
    case Kernel::kPortable: break;
  }
  return scan_portable(carry_, text, from, to, tokens);
}

}  // namespace latchkey::catalog
