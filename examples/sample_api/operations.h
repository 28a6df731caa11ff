// What each GET of the API answers, as rows of an index. Internal to the sample API.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sample_api/sample_api.h"

namespace latchkey::sample {

// A list: row i, or nothing when the query leaves it out. `whole` instead, for an answer that is one object.
struct Listing {
  int rows = 0;
  std::function<std::optional<std::string>(int)> row;
  std::string whole;
};

// What the parameters ask for, read and checked. A mistake ends up in `problem`.
struct Asked {
  std::optional<int> channel;  // absent: all
  std::optional<int> campaign, template_id;
  std::string customer;        // as sent; empty: none
  std::vector<std::string> attributes;
  std::string changed_attribute, attribute, attribute_value;
  std::string date, start_date, end_date;
  int top = 20'000, skip = 0;
  std::string problem;
};

Asked read_parameters(const Query& query);
// By the operation's name in lower case. Empty when there is no such GET.
std::optional<Listing> listing_of(std::string_view lower_name, const Asked& asked);

// Checks a POST's body; null when it is fine. `unique_id` receives a UniqueMessageID, if there is one.
std::optional<std::string> check_body(std::string_view lower_name, const Query& query, std::string_view body, std::string& unique_id);
bool is_post(std::string_view lower_name);

}  // namespace latchkey::sample
