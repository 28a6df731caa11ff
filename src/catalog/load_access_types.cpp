// Access types: which operations a key may call, and which restrictions it takes.
#include "catalog/loading.h"
#include "catalog/suggest.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxAccessTypes = 64;
constexpr std::size_t kMaxIdBytes = 64;
constexpr std::string_view kTypeKeys[] = {"id", "title", "description", "operations", "restrictions"};
constexpr std::string_view kChoiceKeys[] = {"groups", "operations", "except"};
// In the order of RestrictionKind.
constexpr std::string_view kRestrictions[] = {"operations", "channels", "attributes", "ip_ranges"};

bool is_id(std::string_view id) {
  return !id.empty() && id[0] >= 'a' && id[0] <= 'z' && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

class AccessTypeLoader {
 public:
  explicit AccessTypeLoader(Loading& loading) : loading_(loading) {
    for (const Operation& operation : loading.draft.operations) operation_ids_.push_back(operation.id);
    for (const Group& group : loading.draft.groups) group_ids_.push_back(group.id);
  }

  void load(const Node& node) {
    if (!node.is_mapping())
      return loading_.error(node,
                            "An access type must be a mapping with an id, a title, a description and operations.");
    loading_.check_keys(node, kTypeKeys, "An access type");
    AccessType type;
    type.index = static_cast<std::uint8_t>(loading_.draft.access_types.size());
    type.id = loading_.required_text(node, "id", "An access type", kMaxIdBytes).value_or("");
    const std::string where = fmt::format("The access type {}", type.id);
    type.title = loading_.required_text(node, "title", where, 64).value_or("");
    type.description = loading_.required_text(node, "description", where, 400).value_or("");
    if (!type.id.empty() && !is_id(type.id)) {
      loading_.error(
          *node.find("id"),
          fmt::format(
              "The access type's id \"{}\" must be lower-case letters, digits, '_' and '-', and begin with a letter.",
              type.id));
    }
    for (const AccessType& other : loading_.draft.access_types) {
      if (other.id == type.id && !type.id.empty())
        loading_.error(node, fmt::format("The access type {} is listed twice.", type.id));
    }
    if (const Node* operations = node.find("operations")) {
      type.operations = read_operations(*operations);
      if (type.operations.empty() && !loading_.diagnostics.has_errors())
        loading_.error(*operations, fmt::format("{} permits no operation.", where));
    } else {
      loading_.error(node, fmt::format("{} needs \"operations\": all, a list of operationIds, or groups.", where));
    }
    read_restrictions(node, where, type);
    loading_.draft.access_types.push_back(std::move(type));
    loading_.draft.access_type_places.push_back(node.place);
  }

 private:
  OperationSet every_operation() const {
    OperationSet set;
    for (std::size_t i = 0; i < operation_ids_.size(); ++i) set.insert(i);
    return set;
  }

  OperationSet read_operations(const Node& node) {
    OperationSet set;
    if (node.is_scalar() && node.text == "all") return every_operation();
    if (node.is_sequence()) {
      for_each_operation(node, [&](std::size_t index) { set.insert(index); });
    } else if (node.is_mapping()) {
      set = read_choice(node);
    } else {
      loading_.error(
          node, "\"operations\" must be all, a list of operationIds, or a mapping of groups, operations and except.");
    }
    return set;
  }

  // What groups and operations add up to, or everything if neither is given, without the exceptions.
  OperationSet read_choice(const Node& node) {
    loading_.check_keys(node, kChoiceKeys, "A choice of operations");
    OperationSet set;
    const Node* groups = loading_.sequence(node, "groups", "A choice of operations");
    const Node* operations = loading_.sequence(node, "operations", "A choice of operations");
    const Node* except = loading_.sequence(node, "except", "A choice of operations");
    if (node.find("groups") == nullptr && node.find("operations") == nullptr) set = every_operation();
    if (groups != nullptr) {
      for (const Node* item : groups->items) add_group(*item, set);
    }
    if (operations != nullptr) for_each_operation(*operations, [&](std::size_t index) { set.insert(index); });
    if (except != nullptr) {
      for_each_operation(*except, [&](std::size_t index) {
        if (!set.contains(index))
          loading_.error(*except, fmt::format("{} is excepted but was not chosen.", operation_ids_[index]));
        set.erase(index);
      });
    }
    return set;
  }

  void add_group(const Node& item, OperationSet& set) {
    const auto id = loading_.text_of(item, "A group");
    if (!id) return;
    if (std::find(group_ids_.begin(), group_ids_.end(), *id) == group_ids_.end()) {
      return loading_.error(item, fmt::format("No operation has the tag \"{}\"{}", *id, did_you_mean(*id, group_ids_)));
    }
    for (const Operation& operation : loading_.draft.operations) {
      if (operation.group == *id) set.insert(operation.index);
    }
  }

  template <class Use>
  void for_each_operation(const Node& list, Use use) {
    OperationSet seen;
    for (const Node* item : list.items) {
      const auto id = loading_.text_of(*item, "An operationId");
      if (!id) continue;
      const auto at = std::find(operation_ids_.begin(), operation_ids_.end(), *id);
      if (at == operation_ids_.end()) {
        loading_.error(*item, fmt::format("There is no operation \"{}\"{}", *id, did_you_mean(*id, operation_ids_)));
        continue;
      }
      const auto index = static_cast<std::size_t>(at - operation_ids_.begin());
      if (seen.contains(index)) loading_.error(*item, fmt::format("{} is listed twice.", *id));
      seen.insert(index);
      use(index);
    }
  }

  void read_restrictions(const Node& node, const std::string& where, AccessType& type) {
    const Node* list = loading_.sequence(node, "restrictions", where);
    if (list == nullptr) return;
    for (const Node* item : list->items) {
      const auto at = std::find(std::begin(kRestrictions), std::end(kRestrictions), item->text);
      if (!item->is_scalar() || at == std::end(kRestrictions)) {
        loading_.error(*item, fmt::format("There is no restriction \"{}\"{}", item->text,
                                          did_you_mean_or_list(item->text, kRestrictions)));
        continue;
      }
      const auto kind = static_cast<RestrictionKind>(at - std::begin(kRestrictions));
      if (type.takes(kind)) loading_.error(*item, fmt::format("The restriction {} is listed twice.", *at));
      if (kind == RestrictionKind::kChannels && loading_.draft.channels.empty())
        loading_.error(*item, "The document's x-latchkey lists no channels to choose from.");
      if (kind == RestrictionKind::kAttributes && loading_.draft.attributes.empty())
        loading_.error(*item, "The document's x-latchkey lists no attributes to choose from.");
      type.restrictions.push_back(kind);
    }
  }

  Loading& loading_;
  std::vector<std::string_view> operation_ids_;
  std::vector<std::string_view> group_ids_;
};

}  // namespace

void load_access_types(Loading& loading) {
  const Node* settings = loading.document.root().find("x-latchkey");
  if (settings == nullptr || !settings->is_mapping()) return;
  const Node* list = loading.sequence(*settings, "access_types", "x-latchkey");
  if (list == nullptr || list->items.empty()) {
    if (list != nullptr || settings->find("access_types") == nullptr) {
      loading.error(list == nullptr ? *settings : *list,
                    "x-latchkey needs \"access_types\": at least one, or no key could be made.");
    }
    return;
  }
  if (list->items.size() > kMaxAccessTypes) {
    return loading.error(*list, fmt::format("There are {} access types; at most {} are taken.", list->items.size(),
                                            kMaxAccessTypes));
  }
  AccessTypeLoader loader(loading);
  for (const Node* item : list->items) loader.load(*item);
}

}  // namespace latchkey::catalog
