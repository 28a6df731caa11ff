#include "scan/content.h"

namespace latchkey::scan {

Encoding encoding_of(std::string_view beginning) {
  if (beginning.starts_with("\xFF\xFE")) return Encoding::kUtf16Little;
  if (beginning.starts_with("\xFE\xFF")) return Encoding::kUtf16Big;
  constexpr std::size_t kLookedAt = 1024, kFewest = 16;
  const std::string_view sample = beginning.substr(0, kLookedAt);
  if (sample.size() < kFewest || std::memchr(sample.data(), 0, sample.size()) == nullptr) return Encoding::kBytes;
  std::size_t zeros[2] = {0, 0};
  for (std::size_t i = 0; i < sample.size(); ++i) zeros[i % 2] += sample[i] == '\0' ? 1 : 0;
  // Mostly ASCII, so that every other byte is zero, and those between hardly ever are.
  const std::size_t many = sample.size() / 2 * 3 / 4, few = sample.size() / 2 / 20;
  if (zeros[1] >= many && zeros[0] <= few) return Encoding::kUtf16Little;
  if (zeros[0] >= many && zeros[1] <= few) return Encoding::kUtf16Big;
  return Encoding::kBytes;
}

// As much as there is room for: fewer bytes than that are the last ones.
std::size_t Content::fill(char* to) {
  std::size_t filled = 0;
  while (filled < ContentBuffer::kPiece) {
    const std::int64_t count = read_(to + filled, ContentBuffer::kPiece - filled);
    if (count < 0) failed_ = true;
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
    taken_ += static_cast<std::uint64_t>(count);
    if (taken_ == size_) break;
  }
  if (filled < ContentBuffer::kPiece || taken_ == size_) ended_ = true;
  return filled;
}

// Makes one byte of each UTF-16 unit, in place.
std::size_t Content::narrowed(char* bytes, std::size_t size) {
  const std::size_t low = encoding_ == Encoding::kUtf16Little ? 0 : 1;
  const auto narrow = [low](char first, char second) {
    const char high = low == 0 ? second : first;
    return high == 0 ? (low == 0 ? first : second) : '\xFF';
  };
  std::size_t out = 0, in = 0;
  char first_of_all = 0;
  bool joined = false;
  if (has_half_ && size > 0) {
    first_of_all = narrow(half_, bytes[0]);
    joined = true;
    in = 1;
    has_half_ = false;
  }
  // The joined one takes the place of the byte that it used up.
  if (joined) bytes[out++] = first_of_all;
  for (; in + 1 < size; in += 2) bytes[out++] = narrow(bytes[in], bytes[in + 1]);
  if (in < size) {
    half_ = bytes[in];
    has_half_ = true;
  }
  return out;
}

bool Content::next() {
  if (ended_) return false;
  constexpr std::size_t kCarried = ContentBuffer::kCarried;
  char* const fresh = buffer_.bytes_.get() + kCarried;
  // Moved to stand directly before what comes next.
  carried_ = std::min(view_.size(), kCarried);
  view_at_ += view_.size() - carried_;
  if (carried_ != 0) std::memmove(fresh - carried_, view_.data() + view_.size() - carried_, carried_);
  std::size_t size = fill(fresh);
  if (!begun_) encoding_ = encoding_of({fresh, size});
  begun_ = true;
  if (encoding_ != Encoding::kBytes) size = narrowed(fresh, size);
  view_ = {fresh - carried_, carried_ + size};
  return true;
}

namespace {

// Where one is behind `text`, having been at `from` before.
LineColumn behind(LineColumn from, std::string_view text) {
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  if (lines != 0) {
    from = {from.line + lines, 1};
    text.remove_prefix(text.rfind('\n') + 1);
  }
  const auto begins = [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80; };
  from.column += static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), begins));
  return from;
}

}  // namespace

std::vector<LineColumn> lines_of(Content content, const std::vector<std::uint64_t>& places) {
  std::vector<LineColumn> out;
  LineColumn here{1, 1};
  while (out.size() < places.size() && content.next()) {
    std::string_view rest = content.view_.substr(content.carried_);
    std::uint64_t at = content.view_at_ + content.carried_;
    while (out.size() < places.size() && places[out.size()] < at + rest.size()) {
      const std::size_t step = places[out.size()] - at;
      here = behind(here, rest.substr(0, step));
      rest.remove_prefix(step);
      at += step;
      out.push_back(here);
    }
    here = behind(here, rest);
  }
  out.resize(places.size(), here);  // of what is no longer there
  return out;
}

}  // namespace latchkey::scan
