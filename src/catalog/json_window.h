// The part of a JSON text that is in hand: its bytes in one piece, and where its tokens are (catalog/json_scan.h).
//
//   JsonWindow window;
//   while (!bytes.empty()) {
//     bytes.remove_prefix(window.take(bytes));
//     ...                                       // read up to byte `at`, which is or precedes token number `t`
//     window.forget(at, t);                     // and both count from 0 again
//   }
//
// Holds what was taken and not forgotten, and four bytes for each of its tokens. One thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "catalog/json_scan.h"

namespace latchkey::catalog {

class JsonWindow {
 public:
  // How much is taken at once: small enough that it is still in the first cache when it is read.
  static constexpr std::size_t kMostAtOnce = std::size_t{16} * 1024;

  explicit JsonWindow(JsonScan::Kernel kernel = JsonScan::best()) : scan_(kernel) {}

  // Appends the first of `bytes`, and answers how many.
  std::size_t take(std::string_view bytes);
  // The first so many bytes and tokens.
  void forget(std::size_t bytes, std::size_t tokens);

  // At least 32 bytes beyond the last may be read; the first of them is '\0'.
  const char* data() const { return text_.data(); }
  std::size_t size() const { return size_; }
  // Two more than there are may be read: they stand at size().
  const std::uint32_t* tokens() const { return tokens_.data(); }
  std::size_t token_count() const { return token_count_; }
  // Up to where it is known to be UTF-8, if it begins so. Of what is beyond, that must be found out.
  std::size_t utf8_to() const { return utf8_to_; }

 private:
  // After all that begins at `from` was taken.
  void find_utf8(std::size_t from, bool beyond_ascii);

  JsonScan scan_;
  std::vector<char> text_;
  std::size_t size_ = 0;
  std::vector<std::uint32_t> tokens_;
  std::size_t token_count_ = 0;
  std::size_t utf8_to_ = 0;
  bool is_not_utf8_ = false;  // what is beyond utf8_to_; not tried again until something is forgotten
};

}  // namespace latchkey::catalog
