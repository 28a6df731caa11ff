// Goes through a content of any size in bounded memory: what it holds of keys, and in which lines they stand.
//
//   Content content(read, size);                      // read(to, most) -> bytes, 0 at the end, negative: failed
//   content.find(finder, [](std::string_view key, std::uint64_t at) { ... });
//
// UTF-16 is read as such if a byte order mark says so or its first bytes look like it, and each character that is not
// ASCII counts for one that belongs to no key. `at` counts characters then, and bytes otherwise. Of one thread.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "scan/finder.h"

namespace latchkey::scan {

using ReadBytes = std::function<std::int64_t(char* to, std::size_t most)>;

enum class Encoding { kBytes, kUtf16Little, kUtf16Big };
Encoding encoding_of(std::string_view beginning);

// Memory that is used again for one content after the other.
class ContentBuffer {
 public:
  static constexpr std::size_t kPiece = std::size_t{256} * 1024;
  ContentBuffer() : bytes_(std::make_unique_for_overwrite<char[]>(kCarried + kPiece)) {}

 private:
  friend class Content;
  // What of one piece is looked at again with the next: a key that is cut by the end, with what stands around it.
  static constexpr std::size_t kCarried = kLongestKey + kBefore + 1;
  std::unique_ptr<char[]> bytes_;
};

class Content {
 public:
  Content(ContentBuffer& buffer, ReadBytes read, std::uint64_t size)
      : buffer_(buffer), read_(std::move(read)), size_(size) {}

  // False: reading failed, and what was found until then was told.
  template <class Found>
  bool find(const Finder& finder, const Found& found) {
    while (next()) {
      finder.find(view_, [&](Match match) {
        const std::size_t end = match.at + match.size;
        // At the end of what is there nobody can tell whether the word goes on; and what ended earlier was told before.
        if ((end < view_.size() || ended_) && end >= carried_) {
          found(view_.substr(match.at, match.size), view_at_ + match.at);
        }
      });
    }
    return !failed_;
  }

  std::uint64_t bytes_read() const { return taken_; }

 private:
  friend std::vector<struct LineColumn> lines_of(Content content, const std::vector<std::uint64_t>& places);
  // The next piece, after the carried end of the one before. False: that was all, or reading failed.
  bool next();
  std::size_t fill(char* to);
  std::size_t narrowed(char* bytes, std::size_t size);

  ContentBuffer& buffer_;
  ReadBytes read_;
  const std::uint64_t size_;  // as far as it is known; reading goes on until it is there or nothing follows
  std::string_view view_;
  std::size_t carried_ = 0;    // of the view, what was in the one before
  std::uint64_t view_at_ = 0;  // where the view stands in the content, in characters
  std::uint64_t taken_ = 0;    // bytes
  Encoding encoding_ = Encoding::kBytes;
  char half_ = 0;  // of a character that the end of a piece cut in two
  bool has_half_ = false;
  bool begun_ = false, ended_ = false, failed_ = false;
};

// Both from 1. The column counts characters of UTF-8.
struct LineColumn {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};
// Of places in ascending order, by reading the content once more.
std::vector<LineColumn> lines_of(Content content, const std::vector<std::uint64_t>& places);

}  // namespace latchkey::scan
