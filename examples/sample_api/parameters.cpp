#include "sample_api/parameters.h"

#include <charconv>

#include "catalog/catalog.h"
#include "sample_api/data.h"

namespace latchkey::sample {
namespace {

constexpr int kMostRows = 50'000;

// Names as the API's documentation writes them; a caller may write them in any case.
class Reader {
 public:
  Reader(const Query& query, Asked& asked) : query_(query), asked_(asked) {}

  const std::string* find(std::string_view name) const { return query_.find(catalog::fold_ascii(name)); }

  void number(std::string_view name, std::optional<int>& out) {
    const std::string* text = find(name);
    if (text == nullptr || text->empty()) return;
    out = whole_number(*text);
    if (!out) complain(fmt::format("{} must be a whole number.", name));
  }

  void text(std::string_view name, std::string& out) {
    if (const std::string* value = find(name)) out = *value;
  }

  void day(std::string_view name, std::string& out) {
    text(name, out);
    if (!out.empty() && !is_day(out)) complain(fmt::format("{} must be a date like 2026-05-01.", name));
  }

  void attribute(std::string_view name, std::string& out) {
    std::string value;
    text(name, value);
    if (!value.empty()) out = known(name, value);
  }

  void attributes(std::string_view name, std::string_view delimiter_name) {
    std::string list, separators = ";,";
    text(name, list);
    if (const std::string* delimiter = find(delimiter_name)) separators += *delimiter;
    for (std::size_t at = 0; at < list.size();) {
      const std::size_t end = std::min(list.find_first_of(separators, at), list.size());
      std::string value = list.substr(at, end - at);
      while (value.starts_with(' ')) value.erase(0, 1);
      while (value.ends_with(' ')) value.pop_back();
      if (!value.empty()) asked_.attributes.push_back(known(name, value));
      at = end + 1;
    }
  }

  void complain(std::string problem) {
    if (asked_.problem.empty()) asked_.problem = std::move(problem);
  }

 private:
  std::string known(std::string_view parameter, const std::string& value) {
    if (auto name = attribute_name(value)) return std::string(*name);
    complain(fmt::format("{} names an attribute that does not exist.", parameter));
    return {};
  }

  const Query& query_;
  Asked& asked_;
};

}  // namespace

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto month = whole_number(text.substr(5, 2)), day = whole_number(text.substr(8, 2));
  return whole_number(text.substr(0, 4)) && month && day && *month >= 1 && *month <= 12 && *day >= 1 && *day <= 31;
}

Asked read_parameters(const Query& query) {
  Asked asked;
  Reader reader(query, asked);
  reader.number("ChannelID", asked.channel);
  if (asked.channel == 0) asked.channel.reset();
  reader.number("CampaignID", asked.campaign);
  reader.number("ActionID", asked.action);
  reader.number("TargetGroupID", asked.target_group);
  reader.number("TemplateID", asked.template_id);
  reader.number("EventID", asked.event);
  reader.number("BrandID", asked.brand);
  reader.number("LifecycleStageID", asked.stage);
  reader.number("ValueSegmentID", asked.segment);
  for (const char* name : {"ActionName", "TargetGroupName", "ValueSegmentName"}) reader.text(name, asked.name);
  reader.text("CustomerID", asked.customer);
  reader.day("Date", asked.date);
  reader.day("StartDate", asked.start_date);
  reader.day("EndDate", asked.end_date);
  reader.attributes("CustomerAttributes", "CustomerAttributesDelimiter");
  reader.attribute("ChangedCustomerAttribute", asked.changed_attribute);
  reader.attribute("CustomerAttribute", asked.attribute);
  reader.text("CustomerAttributeValue", asked.attribute_value);
  std::optional<int> top, skip;
  reader.number("$top", top);
  reader.number("$skip", skip);
  asked.top = std::min(top.value_or(asked.top), kMostRows);
  asked.skip = skip.value_or(0);
  return asked;
}

}  // namespace latchkey::sample
