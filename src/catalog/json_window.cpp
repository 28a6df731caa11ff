#include "catalog/json_window.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace latchkey::catalog {
namespace {

template <class T>
void make_room(std::vector<T>& buffer, std::size_t size) {
  if (buffer.size() < size) buffer.resize(size + size / 2);
}

}  // namespace

std::size_t JsonWindow::take(std::string_view bytes) {
  const std::size_t n = std::min(bytes.size(), kMostAtOnce);
  LK_CHECK(size_ + n < UINT32_MAX);
  make_room(text_, size_ + n + JsonScan::kPadding);
  make_room(tokens_, token_count_ + n + JsonScan::kPadding);
  std::memcpy(text_.data() + size_, bytes.data(), n);
  std::memset(text_.data() + size_ + n, ' ', JsonScan::kPadding);
  const auto from = static_cast<std::uint32_t>(size_);
  size_ += n;
  token_count_ += scan_.scan(text_.data(), from, static_cast<std::uint32_t>(size_), tokens_.data() + token_count_);
  std::fill_n(tokens_.data() + token_count_, 2, static_cast<std::uint32_t>(size_));
  text_[size_] = '\0';
  ascii_ = !scan_.take_beyond_ascii() && ascii_;
  return n;
}

void JsonWindow::forget(std::size_t bytes, std::size_t tokens) {
  if (bytes == 0) return;
  LK_CHECK(bytes <= size_ && tokens <= token_count_);
  if (!ascii_) ascii_ = std::all_of(text_.data() + bytes, text_.data() + size_, [](char c) { return (c & 0x80) == 0; });
  std::memmove(text_.data(), text_.data() + bytes, size_ - bytes);
  size_ -= bytes;
  text_[size_] = '\0';
  token_count_ -= tokens;
  for (std::size_t i = 0; i < token_count_ + 2; ++i)
    tokens_[i] = tokens_[i + tokens] - static_cast<std::uint32_t>(bytes);
}

}  // namespace latchkey::catalog
