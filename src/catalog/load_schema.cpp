// Walking JSON Schemas, as far as a catalog needs: where members and elements stand.
#include "catalog/loading.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxPathSteps = 32;
constexpr std::size_t kMaxRefs = 64;
// Schemas that name one another many times over are walked as often as they are named.
constexpr std::size_t kMaxSteps = 2'000'000;
constexpr std::size_t kMaxStepsOfOne = 50'000;

// Whether an x-latchkey stands anywhere under `node`, through references too.
bool holds_extension(const Document& document, const Node& node, std::unordered_set<const Node*>& seen) {
  if (!seen.insert(&node).second) return false;
  for (const Node* item : node.items) {
    if (holds_extension(document, *item, seen)) return true;
  }
  for (const Node::Member& member : node.members) {
    if (member.key->text == "x-latchkey") return true;
    if (holds_extension(document, *member.value, seen)) return true;
    if (member.key->text != "$ref" || !member.value->is_scalar()) continue;
    const Node* target = document.resolve(member.value->text);
    if (target != nullptr && holds_extension(document, *target, seen)) return true;
  }
  return false;
}

class Walker {
 public:
  Walker(Loading& loading, const SchemaVisitor& visit) : loading_(loading), visit_(visit) {}

  // `extension` is the one that stood beside a $ref to this schema, which replaces the schema's own.
  void walk(const Node& schema, const Node* extension) {
    if (!schema.is_mapping() || !may_go_on(schema)) return;
    if (const Node* own = schema.find("x-latchkey")) {
      loading_.read_extensions.insert(own);
      if (extension == nullptr) extension = own;
    }
    if (const Node* reference = schema.find("$ref")) {
      walk_reference(schema, *reference, extension);
    } else {
      visit_(path_, schema, extension);
    }
    for (const char* key : {"allOf", "oneOf", "anyOf"}) {
      const Node* list = schema.find(key);
      if (list == nullptr) continue;
      for (const Node* item : list->items) walk(*item, nullptr);
    }
    if (const Node* items = schema.find("items")) step_into(*items, Step{});
    if (const Node* properties = schema.find("properties")) {
      for (const Node::Member& property : properties->members) {
        if (property.key->text.empty()) {
          loading_.error(*property.key, "A member without a name can't be described.");
        } else {
          step_into(*property.value, Step{property.key->text});
        }
      }
    }
  }

 private:
  bool may_go_on(const Node& schema) {
    if (stopped_) return false;
    ++steps_;
    if (++loading_.schema_steps <= kMaxSteps && steps_ <= kMaxStepsOfOne && path_.size() <= kMaxPathSteps &&
        references_.size() <= kMaxRefs)
      return true;
    stopped_ = true;
    loading_.error(
        schema,
        "This schema, with all that it refers to, is too large or too deep to be followed; describe less of it.");
    return false;
  }

  void walk_reference(const Node& schema, const Node& reference, const Node* extension) {
    const Node* target = loading_.follow(schema);
    if (target == nullptr) return;
    if (std::find(references_.begin(), references_.end(), target) != references_.end()) {
      std::unordered_set<const Node*> seen;
      if (extension != nullptr || holds_extension(loading_.document, *target, seen)) {
        loading_.error(reference,
                       "This schema contains itself, so its channels and attributes can't be found at every depth; "
                       "describe each depth.");
      }
      return;
    }
    references_.push_back(target);
    walk(*target, extension);
    references_.pop_back();
  }

  void step_into(const Node& schema, Step step) {
    path_.push_back(std::move(step));
    walk(schema, nullptr);
    path_.pop_back();
  }

  Loading& loading_;
  const SchemaVisitor& visit_;
  std::vector<Step> path_;
  std::vector<const Node*> references_;
  std::size_t steps_ = 0;
  bool stopped_ = false;
};

void collect_members(Loading& loading, const Node& schema, std::size_t depth, std::vector<std::string>& names) {
  const Node* at = depth > kMaxRefs ? nullptr : loading.follow(schema);
  if (at == nullptr || names.size() > kMaxAttributes) return;
  if (const Node* properties = at->find("properties")) {
    for (const Node::Member& property : properties->members) names.push_back(property.key->text);
  }
  if (const Node* parts = at->find("allOf")) {
    for (const Node* part : parts->items) collect_members(loading, *part, depth + 1, names);
  }
}

}  // namespace

void walk_schema(Loading& loading, const Node& schema, const SchemaVisitor& visit) {
  Walker(loading, visit).walk(schema, nullptr);
}

SchemaType schema_type(Loading& loading, const Node& schema) {
  const Node* at = loading.follow(schema);
  if (at == nullptr) return SchemaType::kUnknown;
  const auto named = [](std::string_view type) {
    return type == "array" ? SchemaType::kArray : type == "object" ? SchemaType::kObject : SchemaType::kScalar;
  };
  if (const Node* type = at->find("type")) {
    if (type->is_scalar()) return named(type->text);
    // OpenAPI 3.1 may list several; null is no matter.
    SchemaType found = SchemaType::kUnknown;
    for (const Node* item : type->items) {
      if (item->text == "null" || item->kind == Node::Kind::kNull) continue;
      if (found != SchemaType::kUnknown && found != named(item->text)) return SchemaType::kUnknown;
      found = named(item->text);
    }
    return found;
  }
  if (at->find("items") != nullptr) return SchemaType::kArray;
  return at->find("properties") != nullptr || at->find("additionalProperties") != nullptr ? SchemaType::kObject
                                                                                          : SchemaType::kUnknown;
}

std::vector<std::string> declared_members(Loading& loading, const Node& schema) {
  std::vector<std::string> names;
  collect_members(loading, schema, 0, names);
  return names;
}

}  // namespace latchkey::catalog
