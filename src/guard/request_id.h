// The id that follows a request through every log: the caller's X-Request-Id if it is harmless and holds no key, else one of
// our own.
//
//   RequestIds ids(random);                          // one per event loop
//   const RequestId id = ids.of(exchange.request());
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "base/random.h"
#include "net/http.h"

namespace latchkey::guard {

inline constexpr std::size_t kMaxRequestIdBytes = 64;

// Letters, digits, '.', '_' and '-'.
bool is_request_id(std::string_view text);

class RequestId {
 public:
  explicit RequestId(std::string_view text);  // at most kMaxRequestIdBytes
  std::string_view view() const { return {text_.data(), size_}; }
  operator std::string_view() const { return view(); }  // NOLINT: it is its text

 private:
  std::array<char, kMaxRequestIdBytes> text_;
  std::uint8_t size_;
};

// Takes randomness for many ids at once, since asking the kernel costs as much as parsing a request. Not thread-safe.
class RequestIds {
 public:
  explicit RequestIds(Random& random) : random_(random) {}
  RequestId of(const net::RequestHead& head);

 private:
  Random& random_;
  std::array<std::uint8_t, 1024> bytes_;
  std::size_t used_ = 1024;
};

// For where there is no loop's own.
RequestId request_id_for(const net::RequestHead& head, Random& random);

}  // namespace latchkey::guard
