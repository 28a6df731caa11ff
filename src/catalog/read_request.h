// What a request asks for: every channel and attribute that it names, in every place that the catalog knows, under
// every spelling that the upstream could accept.
//
//   Asked asked;
//   if (auto why = read_query(catalog, operation, "ChannelID=504&CustomerAttributes=Alias;Email", asked)) deny(*why);
//   if (auto bad = asked.first_not_permitted_channel(permitted)) ...
//
// Names and values are percent-decoded ('+' is a space); a parameter may repeat, and each of its values counts; names
// match in any case if the catalog says so; `name[]`, `name[0]` and encoded spellings count as the name. What has no
// single reading is refused: a bad percent-encoding, NUL or control characters in the value of a place, '&' and ';' both
// plausible as separators of parameters, a channel number with sign, leading zero, fraction, exponent, blanks or
// non-ASCII digits.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/catalog.h"

namespace latchkey::catalog {

// What is asked for. Storage is reused; clear() before each request.
struct Asked {
  ChannelSet channels;
  AttributeSet attributes;
  // Values that are no channel or attribute of the catalog: never permitted to a key that is restricted. As sent,
  // cut to 64 bytes; at most 16 are kept of each.
  std::vector<std::string> unknown_channels;
  std::vector<std::string> unknown_attributes;
  bool every_channel = false;    // asked by leaving it out, or by a value that means all
  bool every_attribute = false;
  std::vector<std::uint16_t> positional;  // attributes in the order asked, for AnswerRule::kPositional
  void clear();
};

// Null, or why the query has no single reading (a public sentence; ambiguous_request).
std::optional<std::string> read_query(const Catalog& catalog, const Operation& operation, std::string_view query,
                                      Asked& asked);
std::optional<std::string> read_path_values(const Catalog& catalog, const Operation& operation,
                                            const std::vector<PathValue>& values, Asked& asked);

// Why a body can't be read, with the status to answer (request_unreadable): 400, or 415 when it is not JSON.
struct BodyProblem {
  int status = 400;
  std::string detail;
};

// `body` is whole. Refused: what is not JSON in UTF-8 (a missing content type is refused, "application/json" and
// "*+json" are taken, with no charset but utf-8), duplicate member names (also by escapes or case, if names ignore
// case) on the way to a place, a value of the wrong kind in a place, trailing bytes, more than 64 levels. Bodies may
// hold 50,000 ids; memory stays within a small multiple of the body.
std::optional<BodyProblem> read_body(const Catalog& catalog, const Operation& operation, std::string_view content_type,
                                     std::string_view body, Asked& asked);

}  // namespace latchkey::catalog
