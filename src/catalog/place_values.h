// What one value of a place asks for: shared by the readers of queries, paths and bodies.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/read_request.h"

namespace latchkey::catalog {

// Notes `value` in `asked`. Null, or why it has no single reading.
std::optional<std::string> note_value(const Catalog& catalog, Subject subject,
                                      const std::vector<std::string>& everything, std::string_view value, Asked& asked);
void note_absent(Subject subject, WhenAbsent when_absent, Asked& asked);

// Percent-decodes; '+' is a space if `plus_is_space`. Nothing when a percent sign is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
bool has_control_character(std::string_view text);

}  // namespace latchkey::catalog
