#include "guard/request_id.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/check.h"
#include "guard/field_name.h"
#include "guard/id_text.h"
#include "telemetry/redact.h"

namespace latchkey::guard {
namespace {

std::optional<RequestId> sent_with(const net::RequestHead& head) {
  std::string_view sent;
  int count = 0;
  for (const net::Header& field : head.headers) {
    if (!is_named(field, "X-Request-Id")) continue;
    sent = field.value;
    ++count;
  }
  if (count != 1 || !is_request_id(sent) || telemetry::holds_key(sent)) return std::nullopt;
  return RequestId(sent);
}

RequestId made_of(const Uuid& bytes) {
  std::array<char, 36> text{'r', 'e', 'q', '_'};
  write_hex(bytes, text.data() + 4);
  return RequestId({text.data(), text.size()});
}

}  // namespace

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRequestIdBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' ||
           c == '-';
  });
}

RequestId::RequestId(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
  LK_CHECK(text.size() <= text_.size());
  std::memcpy(text_.data(), text.data(), text.size());
}

RequestId RequestIds::of(const net::RequestHead& head) {
  if (const auto sent = sent_with(head)) return *sent;
  Uuid bytes;
  if (bytes_.size() - used_ < bytes.size()) {
    random_.fill(bytes_);
    used_ = 0;
  }
  std::memcpy(bytes.data(), bytes_.data() + used_, bytes.size());
  used_ += bytes.size();
  return made_of(bytes);
}

RequestId request_id_for(const net::RequestHead& head, Random& random) {
  if (const auto sent = sent_with(head)) return *sent;
  Uuid bytes;
  random.fill(bytes);
  return made_of(bytes);
}

}  // namespace latchkey::guard
