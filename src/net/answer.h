// The bytes of the heads that we send, and the problem documents (RFC 9457) that the server writes by itself.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace latchkey::net {

// True for 1xx, 204 and 304, which never have a body.
bool is_bodiless(int status);

// True for the fields that belong to the connection rather than to the message: Content-Length, Transfer-Encoding,
// Connection and Keep-Alive.
bool is_framing_field(std::string_view name);
// "Name: value\r\n". CR, LF or NUL in either is a bug.
void append_field(std::string& out, std::string_view name, std::string_view value);

struct AnswerFraming {
  std::optional<std::uint64_t> content_length = std::nullopt;
  bool chunked = false;
  bool close = false;
  bool say_keep_alive = false;  // to an HTTP/1.0 client, for which it is not the default
};

// Framing fields among `head`'s own are left out. A field of `extra` is left out if the head has one of that name.
void append_answer_head(std::string& out, const ResponseHead& head, const AnswerFraming& framing, std::string_view date_field,
                        const std::vector<std::pair<std::string, std::string>>& extra);

// The machine-readable code of an error that concerns HTTP itself.
std::string_view problem_code(int status);
std::string problem_document(int status, std::string_view detail, std::string_view request_id);

}  // namespace latchkey::net
