// The body and the answers of an operation: members that name channels and attributes become places.
#include "catalog/loading.h"
#include "catalog/suggest.h"

namespace latchkey::catalog {
namespace {

// Whether a media type, or range of them, of the document means JSON.
bool is_json(std::string_view media_type) {
  std::string type = fold_ascii(media_type.substr(0, media_type.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type == "application/json" || type.ends_with("+json") || type == "application/*" || type == "*/*";
}

void walk_content(Loading& loading, const Node& message, const SchemaVisitor& visit) {
  const Node* content = loading.mapping(message, "content", "A message");
  if (content == nullptr) return;
  for (const Node::Member& media : content->members) {
    if (!is_json(media.key->text)) continue;
    if (const Node* schema = media.value->find("schema")) walk_schema(loading, *schema, visit);
  }
}

// The path to the values themselves: an array that is said to name channels is one whose elements do.
std::optional<std::vector<Step>> value_path(Loading& loading, const std::vector<Step>& path, const Node& schema,
                                            const Node& extension) {
  std::vector<Step> out = path;
  SchemaType type = schema_type(loading, schema);
  if (type == SchemaType::kArray) {
    out.push_back({});
    const Node* items = loading.follow(schema) == nullptr ? nullptr : loading.follow(schema)->find("items");
    type = items == nullptr ? SchemaType::kUnknown : schema_type(loading, *items);
  }
  if (type != SchemaType::kObject && type != SchemaType::kArray) return out;
  loading.error(
      extension,
      "What names a channel or attribute is a text or a number, or a list of them; move this to the member that does.");
  return std::nullopt;
}

void note_mention(const std::vector<Step>& path, const Node& schema, bool in_answer, OperationNotes& notes) {
  constexpr std::size_t kMost = 1024;
  if (path.empty() || path.back().each() || notes.mentions.size() >= kMost) return;
  notes.mentions.push_back({path.back().member, in_answer, schema.place});
}

// The same place may be met twice (oneOf); if it then says something else, nobody knows what holds.
template <class PlaceType>
void add_once(Loading& loading, PlaceType place, const Node& extension, std::vector<PlaceType>& places) {
  for (const PlaceType& other : places) {
    if (other.path != place.path) continue;
    if (other.subject != place.subject)
      loading.error(extension, "Another x-latchkey for the same place says otherwise; keep one.");
    return;
  }
  places.push_back(std::move(place));
}

void add_body_place(Loading& loading, const std::vector<Step>& path, const Node& schema,
                    const PlaceExtension& extension, Operation& operation) {
  if (extension.rule && *extension.rule != AnswerRule::kDropElement) {
    loading.error(*extension.node,
                  "The rules remove_members and positional describe answers; a body can't be read by them, so this "
                  "needs a schema of its own.");
    return;
  }
  auto to_value = value_path(loading, path, schema, *extension.node);
  if (!to_value) return;
  add_once(loading,
           BodyPlace{std::move(*to_value), *extension.subject, extension.when_absent.value_or(WhenAbsent::kEverything),
                     extension.everything},
           *extension.node, operation.body);
}

std::optional<AnswerPlace> drop_element(Loading& loading, const std::vector<Step>& path, const Node& schema,
                                        const PlaceExtension& extension) {
  auto to_value = value_path(loading, path, schema, *extension.node);
  if (!to_value) return std::nullopt;
  if (std::none_of(to_value->begin(), to_value->end(), [](const Step& step) { return step.each(); })) {
    loading.error(*extension.node,
                  "This value stands in no list, so drop_element has nothing to drop; take it out, and leave the "
                  "operation out of access types that are limited by it.");
    return std::nullopt;
  }
  return AnswerPlace{std::move(*to_value), *extension.subject, AnswerRule::kDropElement, {}, ""};
}

std::optional<AnswerPlace> remove_members(Loading& loading, const std::vector<Step>& path, const Node& schema,
                                          const PlaceExtension& extension) {
  const SchemaType type = schema_type(loading, schema);
  if (*extension.subject != Subject::kAttribute || (type != SchemaType::kObject && type != SchemaType::kUnknown)) {
    loading.error(
        *extension.node,
        "The rule remove_members is for an object whose members are named by attributes (subject: attribute).");
    return std::nullopt;
  }
  AnswerPlace place{path, Subject::kAttribute, AnswerRule::kRemoveMembers, {}, ""};
  for (std::string& name : declared_members(loading, schema)) {
    // A member may be described for the reader's sake and still be an attribute.
    const bool attribute =
        std::any_of(loading.draft.attributes.begin(), loading.draft.attributes.end(), [&](const Attribute& a) {
          return a.name == name || (loading.draft.same_name(a.name, name)) || loading.draft.is_attribute(name);
        });
    if (!attribute && std::find(place.keep.begin(), place.keep.end(), name) == place.keep.end())
      place.keep.push_back(std::move(name));
  }
  for (const std::string& name : extension.keep) {
    if (loading.draft.is_attribute(name)) {
      loading.error(*extension.node->find("keep"),
                    fmt::format("\"{}\" is an attribute, so \"keep\" would show it to every key.", name));
    } else if (std::find(place.keep.begin(), place.keep.end(), name) == place.keep.end()) {
      place.keep.push_back(name);
    }
  }
  return place;
}

std::optional<AnswerPlace> positional(Loading& loading, const std::vector<Step>& path, const Node& schema,
                                      const PlaceExtension& extension, const Operation& operation) {
  const SchemaType type = schema_type(loading, schema);
  if (*extension.subject != Subject::kAttribute || (type != SchemaType::kArray && type != SchemaType::kUnknown)) {
    loading.error(*extension.node, "The rule positional is for a list of attributes' values (subject: attribute).");
    return std::nullopt;
  }
  if (extension.parameter.empty()) {
    loading.error(*extension.node,
                  "The rule positional needs \"parameter\": the query parameter whose order the values follow.");
    return std::nullopt;
  }
  std::vector<std::string_view> known;
  for (const ParameterPlace& place : operation.query) {
    if (place.subject != Subject::kAttribute) continue;
    if (loading.draft.same_name(place.name, extension.parameter))
      return AnswerPlace{path, Subject::kAttribute, AnswerRule::kPositional, {}, place.name};
    known.push_back(place.name);
  }
  loading.error(*extension.node, fmt::format("{} has no query parameter \"{}\" that names attributes{}", operation.id,
                                             extension.parameter, did_you_mean(extension.parameter, known)));
  return std::nullopt;
}

void add_answer_place(Loading& loading, const std::vector<Step>& path, const Node& schema,
                      const PlaceExtension& extension, Operation& operation) {
  const AnswerRule rule = extension.rule.value_or(AnswerRule::kDropElement);
  if (!extension.keep.empty() && rule != AnswerRule::kRemoveMembers)
    loading.error(*extension.node, "Only the rule remove_members takes \"keep\".");
  if (!extension.parameter.empty() && rule != AnswerRule::kPositional)
    loading.error(*extension.node, "Only the rule positional takes \"parameter\".");
  std::optional<AnswerPlace> place;
  switch (rule) {
    case AnswerRule::kDropElement: place = drop_element(loading, path, schema, extension); break;
    case AnswerRule::kRemoveMembers: place = remove_members(loading, path, schema, extension); break;
    case AnswerRule::kPositional: place = positional(loading, path, schema, extension, operation); break;
  }
  if (place) add_once(loading, std::move(*place), *extension.node, operation.answer);
}

}  // namespace

void load_body(Loading& loading, const Node& operation_node, Operation& operation, OperationNotes& notes) {
  const Node* listed = operation_node.find("requestBody");
  const Node* body = listed == nullptr ? nullptr : loading.follow(*listed);
  if (body == nullptr) return;
  operation.has_body = true;
  walk_content(loading, *body, [&](const std::vector<Step>& path, const Node& schema, const Node* extension) {
    if (extension == nullptr) return note_mention(path, schema, false, notes);
    const auto place = read_place(loading, *extension, PlaceKind::kSchema);
    if (place && place->subject) add_body_place(loading, path, schema, *place, operation);
  });
}

void load_answers(Loading& loading, const Node& operation_node, Operation& operation, OperationNotes& notes) {
  const Node* responses = loading.mapping(operation_node, "responses", operation.id);
  if (responses == nullptr) return;
  // "default" stands for success only where nothing else does.
  const bool has_success = std::any_of(responses->members.begin(), responses->members.end(),
                                       [](const Node::Member& m) { return m.key->text.starts_with('2'); });
  for (const Node::Member& response : responses->members) {
    if (has_success ? !response.key->text.starts_with('2') : response.key->text != "default") continue;
    const Node* answer = loading.follow(*response.value);
    if (answer == nullptr) continue;
    walk_content(loading, *answer, [&](const std::vector<Step>& path, const Node& schema, const Node* extension) {
      if (extension == nullptr) return note_mention(path, schema, true, notes);
      const auto place = read_place(loading, *extension, PlaceKind::kSchema);
      if (place && place->subject) add_answer_place(loading, path, schema, *place, operation);
    });
  }
}

}  // namespace latchkey::catalog
