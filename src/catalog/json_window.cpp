#include "catalog/json_window.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "catalog/json_reader.h"

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
  find_utf8(from, scan_.take_beyond_ascii());
  return n;
}

// All at once, because each call costs more than most elements are worth.
void JsonWindow::find_utf8(std::size_t from, bool beyond_ascii) {
  if (!beyond_ascii && utf8_to_ == from) {
    utf8_to_ = size_;
    return;
  }
  if (is_not_utf8_) return;
  // A character whose last bytes are not there yet is left for the next time.
  const std::string_view rest(text_.data() + utf8_to_, size_ - utf8_to_);
  std::size_t size = rest.size();
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, rest.size()); ++back) {
    const auto lead = static_cast<unsigned char>(rest[rest.size() - back]);
    if (lead >= 0x80 && lead < 0xc0) continue;
    const std::size_t whole = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (back < whole) size -= back;
    break;
  }
  is_not_utf8_ = !is_utf8(rest.substr(0, size));
  if (!is_not_utf8_) utf8_to_ += size;
}

void JsonWindow::forget(std::size_t bytes, std::size_t tokens) {
  if (bytes == 0) return;
  LK_CHECK(bytes <= size_ && tokens <= token_count_);
  utf8_to_ -= std::min(bytes, utf8_to_);
  is_not_utf8_ = false;
  std::memmove(text_.data(), text_.data() + bytes, size_ - bytes);
  size_ -= bytes;
  text_[size_] = '\0';
  token_count_ -= tokens;
  for (std::size_t i = 0; i < token_count_ + 2; ++i)
    tokens_[i] = tokens_[i + tokens] - static_cast<std::uint32_t>(bytes);
}

}  // namespace latchkey::catalog
