// Whether a Content-Type announces JSON in UTF-8 and nothing that could be read otherwise. Pure.
#pragma once
#include <string_view>

namespace latchkey::catalog {

// "application/json" or "*/*+json", with no parameter that speaks of a charset but one `charset=utf-8`.
bool is_json_in_utf8(std::string_view content_type);

}  // namespace latchkey::catalog
