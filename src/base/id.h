// Ids that don't mix: Id<Tag> is a UUIDv7 (RFC 9562: 48 bits of Unix milliseconds, then random bits), written as the
// tag's prefix and 32 lower-case hex digits: "key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5". Sorts by time of creation.
//
//   KeyId id = KeyId::make(clock.now(), random);
//   std::optional<KeyId> same = KeyId::parse(id.to_string());
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace latchkey {

using Uuid = std::array<std::uint8_t, 16>;

Uuid make_uuid_v7(Instant now, Random& random);
std::string uuid_to_hex(const Uuid& uuid);
std::optional<Uuid> uuid_from_hex(std::string_view hex);

template <class Tag>
class Id {
 public:
  Id() = default;  // the nil id; names nothing
  explicit Id(const Uuid& bytes) : bytes_(bytes) {}
  static Id make(Instant now, Random& random) { return Id(make_uuid_v7(now, random)); }

  static std::optional<Id> parse(std::string_view text) {
    if (!text.starts_with(Tag::kPrefix)) return std::nullopt;
    const auto bytes = uuid_from_hex(text.substr(Tag::kPrefix.size()));
    if (!bytes) return std::nullopt;
    return Id(*bytes);
  }
  std::string to_string() const { return std::string(Tag::kPrefix) + uuid_to_hex(bytes_); }
  const Uuid& bytes() const { return bytes_; }
  bool is_nil() const { return bytes_ == Uuid{}; }
  auto operator<=>(const Id&) const = default;

 private:
  Uuid bytes_{};
};

}  // namespace latchkey

template <class Tag>
struct std::hash<latchkey::Id<Tag>> {
  // The last eight bytes are random; no caller chooses them.
  std::size_t operator()(const latchkey::Id<Tag>& id) const noexcept {
    std::size_t h;
    std::memcpy(&h, id.bytes().data() + 8, sizeof h);
    return h;
  }
};
