// The API's functions: what each asks for and what answers it. Internal to the sample API.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sample_api/listings.h"

namespace latchkey::sample {

struct ReadOperation {
  std::string_view name;      // in lower case
  std::string_view required;  // the parameter without which the question makes no sense; empty: none
  Listing (*answer)(const Asked&);
};

std::span<const ReadOperation> read_operations();
// Null when there is no such GET.
const ReadOperation* find_read_operation(std::string_view lower_name);

// bodies.cpp
bool is_post(std::string_view lower_name);
// Checks a POST's body: a sentence for the caller, or nothing when it is fine. `unique_id` receives a UniqueMessageID, if
// there is one.
std::optional<std::string> check_body(std::string_view lower_name, const Query& query, std::string_view body,
                                      std::string& unique_id);

}  // namespace latchkey::sample
