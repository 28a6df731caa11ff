// Restrictions against the catalog and the tenant.
#include "lifecycle/text.h"
#include "lifecycle/validate.h"

namespace latchkey::lifecycle {
namespace {

using catalog::AccessType;
using catalog::Catalog;
using catalog::RestrictionKind;

std::string at(const std::string& pointer, std::size_t index) { return fmt::format("{}/{}", pointer, index); }

template <class T>
void add_once(std::vector<T>& list, T value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

std::string_view word_of(RestrictionKind kind) {
  switch (kind) {
    case RestrictionKind::kOperations: return "operations";
    case RestrictionKind::kChannels: return "channels";
    case RestrictionKind::kAttributes: return "attributes";
    case RestrictionKind::kIpRanges: return "IP ranges";
  }
  return "";
}

// Whether the entries are worth looking at: the access type takes the kind, and there are not too many.
bool admits(const std::vector<std::string>& input, std::size_t most, RestrictionKind kind, const AccessType& type,
            const Catalog& catalog, const std::string& pointer, Mistakes& mistakes) {
  if (input.empty()) return false;
  if (!type.takes(kind)) {
    std::vector<std::string> others;
    for (const AccessType& other : catalog.access_types()) {
      if (other.takes(kind)) others.push_back(other.id);
    }
    mistakes.push_back({pointer, fmt::format("A key of access type {} cannot be limited to {}; leave this empty{}.",
                                             type.id, word_of(kind),
                                             others.empty() ? "" : ", or choose one that can: " + listed(others))});
    return false;
  }
  if (input.size() > most) {
    mistakes.push_back({pointer,
                        fmt::format("There are {} {}; at most {} can be chosen.", input.size(), word_of(kind), most)});
    return false;
  }
  return true;
}

// Comparing a word with every name of a catalog takes a while, so it is done for the first mistakes only.
constexpr std::size_t kMaxSuggestions = 16;

std::string suggestion(const std::string& text, const std::vector<std::string_view>& names, const Mistakes& mistakes) {
  return mistakes.size() < kMaxSuggestions ? did_you_mean(text, names) : std::string();
}

template <class Range, class Name>
std::vector<std::string_view> names_of(const Range& range, Name name) {
  std::vector<std::string_view> names;
  for (const auto& item : range) names.push_back(name(item));
  return names;
}

std::vector<std::string> check_operations(const std::vector<std::string>& input, const AccessType& type,
                                          const Catalog& catalog, Mistakes& mistakes) {
  const std::string pointer = "/restrictions/operations";
  std::vector<std::string> operations;
  if (!admits(input, kMaxKeyOperations, RestrictionKind::kOperations, type, catalog, pointer, mistakes))
    return operations;
  for (std::size_t i = 0; i < input.size(); ++i) {
    const catalog::Operation* operation = catalog.find_operation(input[i]);
    if (operation == nullptr) {
      const auto names = names_of(catalog.operations(), [](const auto& o) { return std::string_view(o.id); });
      mistakes.push_back({at(pointer, i), fmt::format("There is no operation {}.{}", in_quotes(input[i]),
                                                      suggestion(input[i], names, mistakes))});
    } else if (!type.operations.contains(operation->index)) {
      mistakes.push_back({at(pointer, i),
                          fmt::format("Access type {} does not permit {}; take it out, or choose another access type.",
                                      type.id, operation->id)});
    } else {
      add_once(operations, operation->id);
    }
  }
  return operations;
}

std::string describe_channel(const Catalog& catalog, const std::string& id) {
  const auto index = catalog.channel_index(id);
  return index ? fmt::format("{} {}", id, catalog.channels()[*index].name) : id;
}

std::string no_such_channel(const std::string& text, const Catalog& catalog) {
  std::vector<std::string> known;
  for (const catalog::Channel& channel : catalog.channels()) known.push_back(describe_channel(catalog, channel.id));
  if (known.empty()) return fmt::format("There is no channel {}: the catalog has none.", in_quotes(text));
  return fmt::format("There is no channel {}. Channels are: {}.", in_quotes(text), listed(known));
}

std::vector<std::string> check_channels(const std::vector<std::string>& input, const AccessType& type,
                                        const Tenant& tenant, const Catalog& catalog, Mistakes& mistakes) {
  const std::string pointer = "/restrictions/channels";
  std::vector<std::string> channels;
  if (!admits(input, kMaxKeyChannels, RestrictionKind::kChannels, type, catalog, pointer, mistakes)) return channels;
  const auto& enabled = tenant.enabled_channels;
  for (std::size_t i = 0; i < input.size(); ++i) {
    const auto index = catalog.channel_index(input[i]);
    if (!index) {
      mistakes.push_back({at(pointer, i), no_such_channel(input[i], catalog)});
      continue;
    }
    const std::string& id = catalog.channels()[*index].id;
    if (!enabled.empty() && std::find(enabled.begin(), enabled.end(), id) == enabled.end()) {
      std::vector<std::string> names;
      for (const std::string& one : enabled) names.push_back(describe_channel(catalog, one));
      mistakes.push_back({at(pointer, i), fmt::format("Channel {} is not enabled for this tenant; enabled are: {}.", id,
                                                      listed(names))});
      continue;
    }
    add_once(channels, id);
  }
  return channels;
}

std::vector<std::string> check_attributes(const std::vector<std::string>& input, const AccessType& type,
                                          const Catalog& catalog, Mistakes& mistakes) {
  const std::string pointer = "/restrictions/attributes";
  std::vector<std::string> attributes;
  if (!admits(input, kMaxKeyAttributes, RestrictionKind::kAttributes, type, catalog, pointer, mistakes))
    return attributes;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (const auto index = catalog.attribute_index(input[i])) {
      add_once(attributes, catalog.attributes()[*index].name);
    } else {
      const auto names = names_of(catalog.attributes(), [](const auto& a) { return std::string_view(a.name); });
      mistakes.push_back({at(pointer, i), fmt::format("There is no attribute {}.{}", in_quotes(input[i]),
                                                      suggestion(input[i], names, mistakes))});
    }
  }
  return attributes;
}

}  // namespace

const AccessType* check_access_type(const std::string& id, const Catalog& catalog, Mistakes& mistakes) {
  const AccessType* type = catalog.find_access_type(id);
  if (type != nullptr) return type;
  const auto names = names_of(catalog.access_types(), [](const auto& t) { return std::string_view(t.id); });
  mistakes.push_back({"/access_type", fmt::format("{}{} Access types are: {}.",
                                                  id.empty() ? "Choose an access type."
                                                             : "There is no access type " + in_quotes(id) + ".",
                                                  did_you_mean(id, names), listed({names.begin(), names.end()}))});
  return nullptr;
}

std::vector<IpRange> check_ip_ranges(const std::vector<std::string>& input, const std::string& pointer,
                                     Mistakes& mistakes) {
  std::vector<IpRange> ranges;
  if (input.size() > kMaxIpRanges) {
    mistakes.push_back(
        {pointer, fmt::format("There are {} IP ranges; at most {} can be given. Join neighbours into larger ones.",
                              input.size(), kMaxIpRanges)});
    return ranges;
  }
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (const auto range = IpRange::parse(trimmed(input[i]))) {
      add_once(ranges, *range);
    } else {
      mistakes.push_back({at(pointer, i), range.error().message});
    }
  }
  return ranges;
}

std::vector<std::string> check_tenant_channels(const std::vector<std::string>& input, const Catalog& catalog,
                                               Mistakes& mistakes) {
  const std::string pointer = "/enabled_channels";
  std::vector<std::string> channels;
  if (input.size() > kMaxKeyChannels) {
    mistakes.push_back({pointer,
                        fmt::format("There are {} channels; at most {} can be enabled by name. Leave the list empty to "
                                    "enable all.",
                                    input.size(), kMaxKeyChannels)});
    return channels;
  }
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (const auto index = catalog.channel_index(input[i])) {
      add_once(channels, catalog.channels()[*index].id);
    } else {
      mistakes.push_back({at(pointer, i), no_such_channel(input[i], catalog)});
    }
  }
  return channels;
}

Restrictions check_restrictions(const RestrictionsInput& input, const AccessType& type, const Tenant& tenant,
                                const Catalog& catalog, Mistakes& mistakes) {
  Restrictions out;
  out.operations = check_operations(input.operations, type, catalog, mistakes);
  out.channels = check_channels(input.channels, type, tenant, catalog, mistakes);
  out.attributes = check_attributes(input.attributes, type, catalog, mistakes);
  const std::string ip_pointer = "/restrictions/ip_ranges";
  if (admits(input.ip_ranges, kMaxIpRanges, RestrictionKind::kIpRanges, type, catalog, ip_pointer, mistakes)) {
    out.ip_ranges = check_ip_ranges(input.ip_ranges, ip_pointer, mistakes);
  }
  return out;
}

}  // namespace latchkey::lifecycle
