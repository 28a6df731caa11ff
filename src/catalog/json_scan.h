// Finds where the tokens of JSON are, 64 bytes at a time, while the bytes arrive: each class of bytes becomes a word with a
// bit for each byte, and what is within a string follows from a prefix xor over the quotes (Langdale and Lemire, "Parsing
// Gigabytes of JSON per Second", 2019). What is written for one kind of processor is in json_scan.cpp alone.
//
//   JsonScan scan;
//   std::size_t n = scan.scan(text, 0, 16'384, tokens);   // text[tokens[0]] is the first token's first byte
//
// Tokens are: brackets, braces, colons and commas outside strings; both quotes of a string; the first byte of each run of
// anything else outside strings (numbers, words, what is no JSON); and within strings each backslash that begins an escape
// and each control character. So whoever reads token by token meets every byte that JSON's grammar has something to say
// about, but those within numbers, words and escapes. Whether a token is in its place is not judged here. One thread.
#pragma once
#include <cstddef>
#include <cstdint>

namespace latchkey::catalog {

class JsonScan {
 public:
  // kPortable runs everywhere; all find the same.
  enum class Kernel : std::uint8_t { kPortable, kAvx2, kAvx512 };
  static constexpr Kernel kKernels[] = {Kernel::kPortable, Kernel::kAvx2, Kernel::kAvx512};
  static bool supports(Kernel kernel);
  static Kernel best();

  // How many blanks must stand after the last byte of the text; and how much room `tokens` must have beyond its bytes.
  static constexpr std::size_t kPadding = 64;

  explicit JsonScan(Kernel kernel = best()) : kernel_(kernel) {}

  // Writes the positions of the tokens in text[from, to) to `tokens`, and answers how many there are. What came in earlier
  // calls is remembered, so a text may be cut anywhere.
  std::size_t scan(const char* text, std::uint32_t from, std::uint32_t to, std::uint32_t* tokens);

  // Whether a byte beyond ASCII was among those scanned since the last call.
  bool take_beyond_ascii() {
    const bool found = carry_.beyond_ascii != 0;
    carry_.beyond_ascii = 0;
    return found;
  }

  // From one block to the next.
  struct Carry {
    std::uint64_t in_string = 0;     // all bits, or none
    std::uint64_t escaped = 0;       // 1: the next byte is escaped
    std::uint64_t in_run = 0;        // 1: the last byte was of a number, a word, or of what is no JSON
    std::uint64_t beyond_ascii = 0;  // some bit, if such a byte was seen
  };

 private:
  Kernel kernel_;
  Carry carry_;
};

}  // namespace latchkey::catalog
