// Queries from anyone: whatever a lenient server reads as the channel or as attributes was read.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/read_request.h"
#include "shipped_catalog.h"

namespace latchkey::catalog {
namespace {

struct Parameter {
  std::string name, value;
};

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
        std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

// As a server reads it that takes any of `separators` between parameters, trims and folds names, and cuts them at NUL.
std::vector<Parameter> parse(std::string_view query, std::string_view separators, bool cut_brackets) {
  std::vector<Parameter> out;
  for (std::size_t at = 0; at <= query.size();) {
    const std::size_t end = std::min(query.find_first_of(separators, at), query.size());
    const std::string_view part = query.substr(at, end - at);
    at = end + 1;
    const std::size_t equals = std::min(part.find('='), part.size());
    std::string name = fold_ascii(decode(part.substr(0, equals)));
    name = name.substr(0, name.find('\0'));
    if (cut_brackets) name = name.substr(0, name.find('['));
    while (name.starts_with(' ')) name.erase(0, 1);
    while (name.ends_with(' ')) name.pop_back();
    out.push_back({name, decode(part.substr(std::min(equals + 1, part.size())))});
  }
  return out;
}

bool asked_for_channel(const Asked& asked, const std::string& value) {
  if (asked.every_channel) return true;
  // As C reads a number: blanks, a sign, leading zeros, and whatever follows.
  const long long number = std::strtoll(value.c_str(), nullptr, 10);
  const std::string text = std::to_string(number);
  if (const auto index = shipped_catalog().channel_index(text)) return asked.channels.contains(*index);
  return asked.unknown_channels.size() == 16 ||
         std::any_of(asked.unknown_channels.begin(), asked.unknown_channels.end(),
                     [&](const std::string& u) { return u == text; });
}

void check_channel(const Asked& asked, const std::vector<Parameter>& parameters) {
  const Parameter* first = nullptr;
  const Parameter* last = nullptr;
  for (const Parameter& parameter : parameters) {
    if (parameter.name != "channelid") continue;
    if (first == nullptr) first = &parameter;
    last = &parameter;
  }
  if (first == nullptr) {
    LK_CHECK(asked.every_channel);
    return;
  }
  for (const Parameter* parameter : {first, last}) LK_CHECK(asked_for_channel(asked, parameter->value));
}

void check_attributes(const Asked& asked, const std::vector<Parameter>& parameters) {
  for (const Parameter& parameter : parameters) {
    if (parameter.name != "customerattributes") continue;
    for (const char separator : {';', ','}) {
      for (std::size_t at = 0; at <= parameter.value.size();) {
        const std::size_t end = std::min(parameter.value.find(separator, at), parameter.value.size());
        if (const auto index =
                shipped_catalog().attribute_index(std::string_view(parameter.value).substr(at, end - at)))
          LK_CHECK(asked.attributes.contains(*index));
        at = end + 1;
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  const Operation& operation = shipped_operation("GetCustomerOneTimeActionsByCampaign");
  Asked asked;
  if (read_query(shipped_catalog(), operation, query, asked)) return 0;
  LK_CHECK(asked.unknown_attributes.size() <= 16 && asked.unknown_channels.size() <= 16);
  for (const char* separators : {"&", "&;"}) {
    for (const bool cut_brackets : {false, true}) {
      const std::vector<Parameter> parameters = parse(query, separators, cut_brackets);
      check_channel(asked, parameters);
      check_attributes(asked, parameters);
    }
  }
  Asked again;
  LK_CHECK(!read_query(shipped_catalog(), operation, query, again));
  LK_CHECK(asked.channels == again.channels && asked.positional == again.positional);
  return 0;
}

}  // namespace latchkey::catalog
