// What a query asks for, read and checked. Internal to the sample API.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sample_api/sample_api.h"

namespace latchkey::sample {

struct Asked {
  std::optional<int> channel;  // absent: all
  std::optional<int> campaign, action, target_group, template_id, event, brand, stage, segment;
  std::string name;                     // ActionName, TargetGroupName or ValueSegmentName
  std::string customer;                 // as sent; empty: none
  std::vector<std::string> attributes;  // as the catalog writes them
  std::string changed_attribute, attribute, attribute_value;
  std::string date, start_date, end_date;
  int top = 20'000, skip = 0;
  std::string problem;  // a sentence for the caller; empty: none
};

Asked read_parameters(const Query& query);

// "2026-05-01".
bool is_day(std::string_view text);
// Digits only, and within an int.
std::optional<int> whole_number(std::string_view text);

}  // namespace latchkey::sample
