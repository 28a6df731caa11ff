// Network addresses and ranges, without sockets. IPv4 is held as its IPv4-mapped IPv6 form (RFC 4291, 2.5.5.2), so that
// 203.0.113.9 and ::ffff:203.0.113.9 are one address, and 0.0.0.0/0 covers IPv4 only.
//
//   auto range = IpRange::parse("203.0.113.0/24");   // host bits must be zero; a lone address is a /32 or /128
//   bool inside = range->contains(*IpAddress::parse("203.0.113.9"));
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace latchkey {

class IpAddress {
 public:
  IpAddress() = default;  // "::", which is nobody's
  explicit IpAddress(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}
  // Strict: no zone, no leading zeros, no port, no brackets.
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d);

  bool is_v4() const;
  bool is_loopback() const;  // 127.0.0.0/8 or ::1
  std::string to_string() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

class IpRange {
 public:
  // The message of a failure says what is wrong with the text and what would be right.
  static Result<IpRange> parse(std::string_view text);
  // The one of this size that holds `address`.
  static IpRange around(const IpAddress& address, int prefix_bits);
  bool contains(const IpAddress& address) const;
  bool covers(const IpRange& other) const { return prefix_bits_ <= other.prefix_bits_ && contains(other.network_); }
  std::string to_string() const;
  const IpAddress& network() const { return network_; }
  int prefix_bits() const { return prefix_bits_; }  // of the 128, also for IPv4
  bool operator==(const IpRange&) const = default;

 private:
  IpAddress network_;
  int prefix_bits_ = 128;
};

bool any_contains(const std::vector<IpRange>& ranges, const IpAddress& address);

}  // namespace latchkey
