// A mail as bytes: RFC 5322 header fields and a UTF-8 text in quoted-printable (RFC 2045). Whatever stands in subject or
// text, it makes no header field of its own: addresses are checked, controls become blanks, what is not plain ASCII is
// an encoded word (RFC 2047). Pure.
//
//   auto bytes = compose({.from = "keys@acme.example", .to = "dana@acme.example", .subject = "...", .text = "..."});
//   if (!bytes) return bytes.error();   // kInvalidArgument: an address that is none
#pragma once
#include <string>

#include "base/clock.h"
#include "base/error.h"

namespace latchkey::delivery {

struct Message {
  std::string from;  // bare addresses
  std::string to;
  std::string subject;
  std::string text;  // lines parted by '\n'
  Instant date;
  std::string id;  // what stands before the @ of the Message-ID; the same for the same mail, however often it goes out
};

Result<std::string> compose(const Message& message);

}  // namespace latchkey::delivery
