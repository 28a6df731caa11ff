#include "core/ip.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstring>

namespace latchkey {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN + 1];
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  if (std::strlen(buffer) != text.size()) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, buffer, bytes.data() + 12) == 1) {
    std::copy(kMapped.begin(), kMapped.end(), bytes.begin());
    return IpAddress(bytes);
  }
  if (inet_pton(AF_INET6, buffer, bytes.data()) == 1) return IpAddress(bytes);
  return std::nullopt;
}

IpAddress IpAddress::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return IpAddress({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d});
}

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

bool IpAddress::is_loopback() const {
  static constexpr std::array<std::uint8_t, 16> kV6Loopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return is_v4() ? bytes_[12] == 127 : bytes_ == kV6Loopback;
}

std::string IpAddress::to_string() const {
  char buffer[INET6_ADDRSTRLEN];
  const bool v4 = is_v4();
  inet_ntop(v4 ? AF_INET : AF_INET6, bytes_.data() + (v4 ? 12 : 0), buffer, sizeof buffer);
  return buffer;
}

Result<IpRange> IpRange::parse(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}; write an address or a CIDR range such as 203.0.113.0/24 or 2001:db8::/32.", why));
  };
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return wrong("This is not an IP address");
  const int width = address->is_v4() && text.find(':') == std::string_view::npos ? 32 : 128;
  int bits = width;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const bool shaped = !digits.empty() && digits.size() <= 3 && (digits.size() == 1 || digits[0] != '0') &&
                        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!shaped) return wrong("The prefix length after '/' is not a number");
    bits = 0;
    for (const char c : digits) bits = bits * 10 + (c - '0');
    if (bits > width) return wrong(fmt::format("The prefix length can be at most {}", width));
  }
  const IpRange range = around(*address, 128 - width + bits);
  if (range.network_ != *address) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} has bits set after its prefix; did you mean {}?", text, range.to_string()));
  }
  return range;
}

IpRange IpRange::around(const IpAddress& address, int prefix_bits) {
  IpRange range;
  range.prefix_bits_ = prefix_bits;
  auto network = address.bytes();
  for (int bit = prefix_bits; bit < 128; ++bit) network[bit / 8] &= static_cast<std::uint8_t>(~(0x80 >> bit % 8));
  range.network_ = IpAddress(network);
  return range;
}

bool IpRange::contains(const IpAddress& address) const {
  const int whole = prefix_bits_ / 8;
  const auto& a = network_.bytes();
  const auto& b = address.bytes();
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  const int rest = prefix_bits_ % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

std::string IpRange::to_string() const {
  const bool v4 = network_.is_v4() && prefix_bits_ >= 96;
  const int width = v4 ? 32 : 128;
  const int bits = prefix_bits_ - (128 - width);
  return bits == width ? network_.to_string() : fmt::format("{}/{}", network_.to_string(), bits);
}

bool any_contains(const std::vector<IpRange>& ranges, const IpAddress& address) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const IpRange& range) { return range.contains(address); });
}

}  // namespace latchkey
