// Answers of any kind, in pieces of any size: what passes is JSON that shows nothing hidden, and is the same however it
// came. The first byte picks the operation, the second the pieces.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "catalog/answer_filter.h"
#include "shipped_catalog.h"

namespace latchkey::catalog {
namespace {

using nlohmann::json;

struct Passed {
  bool readable = false;
  std::string text;
};

Passed filter(const Operation& operation, std::string_view answer, std::size_t piece) {
  static const Permitted kPermitted = [] {
    Permitted permitted;
    permitted.channels.emplace().insert(*shipped_catalog().channel_index("504"));
    permitted.attributes.emplace().insert(*shipped_catalog().attribute_index("Alias"));
    return permitted;
  }();
  AnswerFilter filter(shipped_catalog(), operation, kPermitted, {*shipped_catalog().attribute_index("Alias")});
  Passed passed;
  for (std::size_t at = 0; at < answer.size(); at += piece) {
    if (!filter.feed(answer.substr(at, piece), passed.text)) return passed;
  }
  passed.readable = filter.finish(passed.text).has_value();
  return passed;
}

bool is_permitted_channel(const json& value) { return value == 504 || value == "504"; }

// Every value of the member in this object, in any case: nlohmann keeps names that differ in case apart.
template <class Use>
void for_member(const json& object, std::string_view name, Use&& use) {
  if (!object.is_object()) return;
  for (const auto& [key, value] : object.items()) {
    if (equal_ignoring_ascii_case(key, name)) use(value);
  }
}

void check_shown(std::size_t which, const json& answer) {
  if (which == 0) {
    LK_CHECK(answer.is_null() || answer.is_array());
    for (const json& row : answer)
      for_member(row, "ChannelID", [](const json& id) { LK_CHECK(is_permitted_channel(id)); });
  } else if (which == 1) {
    for_member(answer, "Channels", [](const json& channels) {
      for (const json& channel : channels)
        for_member(channel, "Id", [](const json& id) { LK_CHECK(is_permitted_channel(id)); });
    });
  } else {
    LK_CHECK(answer.is_null() || answer.is_object());
    for (const auto& [name, value] : answer.items()) {
      LK_CHECK(equal_ignoring_ascii_case(name, "Alias") || equal_ignoring_ascii_case(name, "CustomerID"));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr const char* kOperations[] = {"GetCustomerChannelInteractions", "GetCampaignDetails",
                                                "GetCustomerAttributes"};
  if (size < 2) return 0;
  const std::size_t which = data[0] % 3, piece = 1 + data[1] % 32;
  const std::string_view answer(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Operation& operation = shipped_operation(kOperations[which]);
  const Passed whole = filter(operation, answer, SIZE_MAX);
  const Passed pieces = filter(operation, answer, piece);
  LK_CHECK(whole.readable == pieces.readable && whole.text == pieces.text);
  if (!whole.readable) return 0;

  const Passed again = filter(operation, whole.text, SIZE_MAX);
  LK_CHECK(again.readable && again.text == whole.text);
  const json shown = json::parse(whole.text, nullptr, false);
  // The other parser refuses halves of surrogate pairs, and numbers too large for a double.
  if (shown.is_discarded()) {
    LK_CHECK(whole.text.find_first_of("eE\\") != std::string::npos || whole.text.size() > 300);
    return 0;
  }
  check_shown(which, shown);
  return 0;
}

}  // namespace latchkey::catalog
