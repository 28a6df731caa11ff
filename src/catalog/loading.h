// What the parts of the loader share: the document, where mistakes go, and what has been read so far. Each part (load_*.cpp)
// reads one section; load.cpp calls them in order. For this room only.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "catalog/diagnostics.h"
#include "catalog/document.h"
#include "catalog/path_template.h"

namespace latchkey::catalog {

// A parameter or JSON member that is described without saying whether it names channels or attributes.
struct Mention {
  std::string name;
  bool in_answer = false;
  Place place;
};

// What is known of an operation beside what a request needs; as many as there are operations, in the same order.
struct OperationNotes {
  Place place;
  PathTemplate path;
  std::vector<Mention> mentions;
};

struct Draft {
  std::string title;
  std::string version;
  Options options;
  std::vector<Operation> operations;
  std::vector<OperationNotes> notes;
  std::vector<AccessType> access_types;
  std::vector<Place> access_type_places;
  std::vector<RateClass> rate_classes;
  std::uint8_t default_rate_class = kNoRateClass;
  std::vector<Group> groups;
  std::vector<Channel> channels;
  std::vector<Attribute> attributes;

  bool is_channel(std::string_view id) const;
  bool is_attribute(std::string_view name) const;  // honours ignore_case.attributes
  bool same_name(std::string_view a,
                 std::string_view b) const;  // of parameters and members; honours ignore_case.parameters
};

// The one writer of a Catalog's members.
class Builder {
 public:
  static std::unique_ptr<const Catalog> build(Draft&& draft);
};

class Loading {
 public:
  Loading(const Document& from, Diagnostics& to) : document(from), diagnostics(to) {}

  void error(const Node& at, std::string message) { diagnostics.error(at.place, std::move(message)); }
  void warning(const Node& at, std::string message) { diagnostics.warning(at.place, std::move(message)); }

  // The value of `key`; null if there is none, or if it is of another kind, which is an error. `where` begins sentences:
  // "The channel".
  const Node* mapping(const Node& parent, std::string_view key, std::string_view where);
  const Node* sequence(const Node& parent, std::string_view key, std::string_view where);
  // One line of text of at most `max_bytes`, without blanks around it; an error if it is missing, empty or more than that.
  std::optional<std::string> required_text(const Node& parent, std::string_view key, std::string_view where,
                                           std::size_t max_bytes = 256);
  std::string optional_text(const Node& parent, std::string_view key, std::string_view where,
                            std::size_t max_bytes = 256);
  std::optional<bool> boolean(const Node& parent, std::string_view key, std::string_view where);
  // The item of a list as one line of text.
  std::optional<std::string> text_of(const Node& node, std::string_view where, std::size_t max_bytes = 256);
  // Every key must be known, or begin with "x-" if `extensible`.
  void check_keys(const Node& mapping, std::span<const std::string_view> known, std::string_view where,
                  bool extensible = false);
  // To where a chain of $ref leads; null, and an error, if nowhere.
  const Node* follow(const Node& node);

  const Document& document;
  Diagnostics& diagnostics;
  Draft draft;
  std::unordered_set<const Node*> read_extensions;  // the x-latchkey mappings that had an effect
  std::size_t schema_steps = 0;
};

// What an x-latchkey beside a parameter or schema says (load_place.cpp).
struct PlaceExtension {
  const Node* node = nullptr;
  std::optional<Subject> subject;  // none: "subject: none", it was looked at and names nothing
  std::optional<WhenAbsent> when_absent;
  std::vector<std::string> everything;
  std::optional<std::string> separators;
  std::string delimiter_parameter;
  std::optional<AnswerRule> rule;
  std::string parameter;
  std::vector<std::string> keep;
};

enum class PlaceKind { kParameter, kSchema };

std::optional<PlaceExtension> read_place(Loading& loading, const Node& extension, PlaceKind kind);
// That the values of this place, parted by these characters, can name every channel or attribute.
void check_separators(Loading& loading, const Node& at, Subject subject, std::string_view separators);

// Every schema under `schema`, with the path to it: itself first, then members and elements, through $ref, allOf, oneOf
// and anyOf. `extension` is its x-latchkey, or null.
using SchemaVisitor = std::function<void(const std::vector<Step>& path, const Node& schema, const Node* extension)>;
void walk_schema(Loading& loading, const Node& schema, const SchemaVisitor& visit);

enum class SchemaType { kUnknown, kScalar, kArray, kObject };
SchemaType schema_type(Loading& loading, const Node& schema);
// The names of the members that an object schema describes, also by $ref and allOf.
std::vector<std::string> declared_members(Loading& loading, const Node& schema);

// The sections, in the order in which they are read.
void load_info(Loading& loading);
void load_settings(Loading& loading);
void load_paths(Loading& loading);
void load_access_types(Loading& loading);
void load_rate_classes(Loading& loading);
void load_advice(Loading& loading);
// Parts of load_paths.
void load_parameters(Loading& loading, const Node& path_item, const Node& operation_node, Operation& operation,
                     OperationNotes& notes);
void load_body(Loading& loading, const Node& operation_node, Operation& operation, OperationNotes& notes);
void load_answers(Loading& loading, const Node& operation_node, Operation& operation, OperationNotes& notes);

}  // namespace latchkey::catalog
