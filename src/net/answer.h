// The bytes of an answer's head, and the problem documents (RFC 9457) that the server writes by itself.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace latchkey::net {

// True for 1xx, 204 and 304, which never have a body.
bool is_bodiless(int status);

struct AnswerFraming {
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool close = false;
  bool say_keep_alive = false;  // to an HTTP/1.0 client, for which it is not the default
};

// Content-Length, Transfer-Encoding, Connection and Keep-Alive among `head`'s own fields are left out: framing belongs to
// the connection. A field of `extra` is left out if the head has one of that name. CR, LF or NUL in a field is a bug.
void append_answer_head(std::string& out, const ResponseHead& head, const AnswerFraming& framing, std::string_view date_field,
                        const std::vector<std::pair<std::string, std::string>>& extra);

// The machine-readable code of an error that concerns HTTP itself.
std::string_view problem_code(int status);
std::string problem_document(int status, std::string_view detail, std::string_view request_id);

}  // namespace latchkey::net
