#include "delivery/backoff.h"

#include <charconv>

namespace latchkey::delivery {

const std::vector<std::int64_t>& standard_retry_seconds() {
  static const std::vector<std::int64_t> seconds = {5, 300, 1'800, 7'200, 18'000, 36'000, 50'400, 72'000, 86'400};
  return seconds;
}

Result<std::vector<std::int64_t>> parse_retry_seconds(std::string_view text) {
  std::vector<std::int64_t> seconds;
  const std::string_view whole = text;
  for (;;) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    std::int64_t value = -1;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size() || value < 0 || value > kMaxRetrySeconds ||
        seconds.size() == kMaxRetries) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format(
              "Write up to {} waits in seconds, parted by commas, each up to {}, such as 5,300,1800; \"{}\" is not "
              "that.",
              kMaxRetries, kMaxRetrySeconds, whole));
    }
    seconds.push_back(value);
    if (comma == text.size()) return seconds;
    text.remove_prefix(comma + 1);
  }
}

std::optional<std::int64_t> retry_delay_ms(const std::vector<std::int64_t>& retry_seconds, int failures,
                                           Random& random) {
  if (failures < 1 || std::cmp_greater(failures, retry_seconds.size())) return std::nullopt;
  const std::int64_t ms = retry_seconds[static_cast<std::size_t>(failures - 1)] * 1000;
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  std::uint32_t chance = 0;
  std::memcpy(&chance, bytes.data(), sizeof chance);
  return ms + static_cast<std::int64_t>(static_cast<std::uint64_t>(ms / 5) * chance >> 32);
}

}  // namespace latchkey::delivery
