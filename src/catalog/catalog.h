// The guarded API, compiled: which operations there are, which access types may call them, and every place where a
// channel or an attribute appears in a request or an answer. Made by load_catalog (catalog/load.h) from an OpenAPI
// document with `x-latchkey` extensions (docs/catalog.md).
//
// Immutable after loading; safe to read from any thread. Operations, channels and attributes are numbered from 0 in the
// order of the document, so that a key's restrictions are bit sets (core/permitted.h).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/path.h"
#include "core/permitted.h"
#include "core/rate_limit.h"

namespace latchkey::catalog {

enum class Subject : std::uint8_t { kChannel, kAttribute };

// What it means when the caller leaves a place out (or sends a value from `everything`, such as ChannelID=0).
enum class WhenAbsent : std::uint8_t {
  kNothing,     // asks for nothing of the kind
  kEverything,  // asks for every channel or attribute: filtered if the answer says how, otherwise denied
};

// A parameter of the query or of the path that names channels or attributes.
struct ParameterPlace {
  std::string name;
  Subject subject = Subject::kChannel;
  WhenAbsent when_absent = WhenAbsent::kNothing;
  std::string separators;               // characters that part several values, such as ";,"; empty: one value
  std::string delimiter_parameter;      // another query parameter by which a caller may choose one more separator
  std::vector<std::string> everything;  // values that mean "all", such as "0"
};

// One step of a place in JSON: into the member of this name, or (empty name) into each element of an array.
struct Step {
  std::string member;
  bool each() const { return member.empty(); }
  bool operator==(const Step&) const = default;
};

// A value in the request's body.
struct BodyPlace {
  std::vector<Step> path;  // to the value itself; it may be a scalar, or an array of scalars if the last step is each()
  Subject subject = Subject::kChannel;
  WhenAbsent when_absent = WhenAbsent::kNothing;
  std::vector<std::string> everything;
};

enum class AnswerRule : std::uint8_t {
  kDropElement,    // the value at `path` names a channel (or attribute); the innermost array element that holds it
                   // goes when it is not permitted
  kRemoveMembers,  // the object at `path` is keyed by attribute; members that are attributes not permitted go.
                   // `keep` names the members that are no attributes
  kPositional,     // the array at `path` carries values in the order of the attributes asked for in the query
                   // parameter `parameter`; an array longer than what was asked is unreadable
};

struct AnswerPlace {
  std::vector<Step> path;
  Subject subject = Subject::kChannel;
  AnswerRule rule = AnswerRule::kDropElement;
  std::vector<std::string> keep;
  std::string parameter;
};

inline constexpr std::uint8_t kNoRateClass = 0xff;

// Operations whose requests are counted together, for each key by itself.
struct RateClass {
  std::string id;
  std::vector<RateLimit> limits;    // of different lengths; all of them hold
  std::vector<std::uint64_t> most;  // for each of them: how far a key may raise it; at least what it is
};

struct Operation {
  std::uint16_t index = 0;
  std::string id;      // the operationId
  std::string method;  // upper case
  std::string path;    // the template as written, base path included
  std::string summary;
  std::string group;  // the first tag
  std::vector<ParameterPlace> query;
  std::vector<ParameterPlace> path_parameters;  // those that name a channel or attribute
  std::vector<BodyPlace> body;
  std::vector<AnswerPlace> answer;
  bool has_body = false;  // the document describes a request body
  std::uint8_t rate_class = kNoRateClass;  // in Catalog::rate_classes(); kNoRateClass: not limited
  std::uint32_t cost = 1;                  // what a request counts for; 0: nothing

  // Whether the subject appears anywhere in it.
  bool concerns(Subject subject) const;
  // Whether the answer's rules remove everything of the subject that is not permitted, so that a caller who asks for
  // everything may be answered.
  bool answer_filters(Subject subject) const;
};

enum class RestrictionKind : std::uint8_t { kOperations, kChannels, kAttributes, kIpRanges };

struct AccessType {
  std::uint8_t index = 0;
  std::string id;
  std::string title;
  std::string description;
  OperationSet operations;
  std::vector<RestrictionKind> restrictions;  // which a key of this type takes
  bool takes(RestrictionKind kind) const {
    for (const RestrictionKind one : restrictions) {
      if (one == kind) return true;
    }
    return false;
  }
};

struct Group {
  std::string id;
  std::string title;
};

struct Channel {
  std::string id;        // canonical text; "504"
  bool numeric = false;  // written as a number in JSON
  std::string name;
};

struct Attribute {
  std::string name;
  std::string description;
};

struct Options {
  bool path_ignores_case = false;
  bool parameters_ignore_case = false;  // names of query parameters and JSON members
  bool attributes_ignore_case = false;
  bool allow_unknown_operations = false;  // for keys whose access type permits every operation
};

// A parameter of the path as it stands in the normal form, where some characters are still percent-encoded
// (read_path_values decodes them).
struct PathValue {
  std::string_view name;
  std::string_view value;
};

struct Match {
  const Operation* operation = nullptr;
  std::vector<PathValue> values;  // views into the path given to match()
};

class Catalog {
 public:
  Catalog();
  ~Catalog();
  Catalog(Catalog&&) noexcept;
  Catalog& operator=(Catalog&&) noexcept;

  // Brings a raw target into normal form, and finds its operation as match() does. Null, or why the target has no single
  // reading (then nothing matches). Quick for paths without parameters that are spelt as in the catalog.
  std::optional<std::string_view> read_target(std::string_view method, std::string_view raw, NormalTarget& target,
                                              Match& match) const;
  // `path` is in normal form (catalog/path.h). Clears and fills `match`, whose storage is reused; no allocation for
  // operations without path parameters. False when no operation has this method and path.
  bool match(std::string_view method, std::string_view path, Match& match) const;

  const std::string& title() const { return title_; }
  const std::string& version() const { return version_; }
  const Options& options() const { return options_; }
  const std::vector<Operation>& operations() const { return operations_; }
  const std::vector<AccessType>& access_types() const { return access_types_; }
  const std::vector<RateClass>& rate_classes() const { return rate_classes_; }
  // Of operations that no class names; kNoRateClass: they are not limited.
  std::uint8_t default_rate_class() const { return default_rate_class_; }
  const std::vector<Group>& groups() const { return groups_; }
  const std::vector<Channel>& channels() const { return channels_; }
  const std::vector<Attribute>& attributes() const { return attributes_; }

  const Operation* find_operation(std::string_view id) const;
  const AccessType* find_access_type(std::string_view id) const;
  // `text` as a caller sent it: numeric channels are compared as numbers written in canonical decimal, so "504" only.
  std::optional<std::uint16_t> channel_index(std::string_view text) const;
  // Honours Options::attributes_ignore_case.
  std::optional<std::uint16_t> attribute_index(std::string_view name) const;

 private:
  friend class Builder;
  class Matcher;
  // Lets names be looked up by string_view, without a copy: channels are looked up for every row of an answer.
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  using NameIndex = std::unordered_map<std::string, std::uint16_t, NameHash, std::equal_to<>>;
  std::string title_;
  std::string version_;
  Options options_;
  std::vector<Operation> operations_;
  std::vector<AccessType> access_types_;
  std::vector<RateClass> rate_classes_;
  std::uint8_t default_rate_class_ = kNoRateClass;
  std::vector<Group> groups_;
  std::vector<Channel> channels_;
  std::vector<Attribute> attributes_;
  NameIndex operation_by_id_;
  NameIndex channel_by_id_;
  NameIndex attribute_by_name_;  // folded if case is ignored
  std::unique_ptr<Matcher> matcher_;
};

// ASCII only, on purpose: a fold that maps non-ASCII letters onto ASCII ones would give a name two readings.
std::string fold_ascii(std::string_view text);
bool equal_ignoring_ascii_case(std::string_view a, std::string_view b);

}  // namespace latchkey::catalog
