// What is well formed and still looks wrong: extensions that nothing reads, restrictions that restrict nothing, and places
// that were probably forgotten. The last is the mistake that matters most, because a place that the catalog does not name
// is a place that the check does not see.
#include <set>

#include "catalog/loading.h"
#include "catalog/suggest.h"

namespace latchkey::catalog {
namespace {

constexpr std::string_view kExtension = "x-latchkey";

// Shorter names ("Id") mean something else in every place.
constexpr std::size_t kMinTellingName = 4;

class ExtensionFinder {
 public:
  explicit ExtensionFinder(Loading& loading) : loading_(loading) {}

  void find(const Node& node, bool component) {
    if (!seen_.insert(&node).second) return;
    for (const Node* item : node.items) find(*item, component);
    for (const Node::Member& member : node.members) {
      const std::string& key = member.key->text;
      if (key == kExtension) {
        judge(*member.key, *member.value, component);
        continue;
      }
      if (key.starts_with("x-") || key.starts_with("X-")) check_spelling(*member.key);
      // What is shown to readers is no part of the description.
      if (key != "example" && key != "examples" && key != "default" && key != "enum" && key != "const")
        find(*member.value, component);
    }
  }

 private:
  void judge(const Node& key, const Node& value, bool component) {
    if (loading_.read_extensions.contains(&value)) return;
    if (component) {
      loading_.warning(key, "Nothing refers to this part, so its x-latchkey has no effect.");
    } else {
      loading_.error(key,
                     "x-latchkey has no effect here; it belongs at the top of the document, beside a query or path "
                     "parameter's schema, or in a schema of a JSON body or 2xx answer.");
    }
  }

  void check_spelling(const Node& key) {
    static constexpr std::string_view kKnown[] = {kExtension};
    if (did_you_mean(key.text, kKnown) != ".")
      loading_.error(key, fmt::format("\"{}\" is no extension that Latchkey reads; did you mean \"{}\"?", key.text,
                                      kExtension));
  }

  Loading& loading_;
  std::unordered_set<const Node*> seen_;
};

std::string_view noun(Subject subject) { return subject == Subject::kChannel ? "channels" : "attributes"; }

// The names by which a subject goes somewhere in the document, folded if case is ignored.
std::set<std::string> names_of(const Loading& loading, Subject subject) {
  std::set<std::string> names;
  const auto note = [&](const std::string& name) {
    if (name.size() >= kMinTellingName)
      names.insert(loading.draft.options.parameters_ignore_case ? fold_ascii(name) : name);
  };
  const auto note_path = [&](const std::vector<Step>& path) {
    for (auto step = path.rbegin(); step != path.rend(); ++step) {
      if (!step->each()) return note(step->member);
    }
  };
  for (const Operation& operation : loading.draft.operations) {
    for (const ParameterPlace& place : operation.query)
      if (place.subject == subject) note(place.name);
    for (const ParameterPlace& place : operation.path_parameters)
      if (place.subject == subject) note(place.name);
    for (const BodyPlace& place : operation.body)
      if (place.subject == subject) note_path(place.path);
    for (const AnswerPlace& place : operation.answer) {
      if (place.subject == subject && place.rule != AnswerRule::kRemoveMembers) note_path(place.path);
    }
  }
  return names;
}

// Operations that some key limited by this subject may call.
OperationSet limited_operations(const Draft& draft, RestrictionKind kind) {
  OperationSet set;
  for (const AccessType& type : draft.access_types) {
    if (!type.takes(kind)) continue;
    for (const Operation& operation : draft.operations) {
      if (type.operations.contains(operation.index)) set.insert(operation.index);
    }
  }
  return set;
}

void warn_of_forgotten_places(Loading& loading, Subject subject, RestrictionKind kind) {
  const std::set<std::string> names = names_of(loading, subject);
  const OperationSet limited = limited_operations(loading.draft, kind);
  for (const Operation& operation : loading.draft.operations) {
    if (!limited.contains(operation.index)) continue;
    for (const Mention& mention : loading.draft.notes[operation.index].mentions) {
      if (!names.contains(loading.draft.options.parameters_ignore_case ? fold_ascii(mention.name) : mention.name))
        continue;
      // An answer to a request that named what it wants holds nothing else.
      if (mention.in_answer && operation.concerns(subject)) continue;
      loading.diagnostics.warning(mention.place,
                                  fmt::format("\"{0}\" names {1} in other operations, and in {2} of {3} nothing is "
                                              "said of it, so a key limited to some {1} is not held to them here; "
                                              "add x-latchkey, or {{subject: none}} if it names none.",
                                              mention.name, noun(subject),
                                              mention.in_answer ? "the answer" : "the request", operation.id));
    }
  }
}

void warn_of_idle_restrictions(Loading& loading, Subject subject, RestrictionKind kind) {
  for (const AccessType& type : loading.draft.access_types) {
    if (!type.takes(kind)) continue;
    const bool concerned =
        std::any_of(loading.draft.operations.begin(), loading.draft.operations.end(), [&](const Operation& operation) {
          return type.operations.contains(operation.index) && operation.concerns(subject);
        });
    if (concerned) continue;
    loading.diagnostics.warning(
        loading.draft.access_type_places[type.index],
        fmt::format("The access type {} can be limited to {}, but none of its operations names any.", type.id,
                    noun(subject)));
  }
}

}  // namespace

void load_advice(Loading& loading) {
  const Node& root = loading.document.root();
  ExtensionFinder finder(loading);
  for (const Node::Member& member : root.members) {
    if (member.key->text != "components" && member.key->text != kExtension) finder.find(*member.value, false);
    if (member.key->text != kExtension && (member.key->text.starts_with("x-") || member.key->text.starts_with("X-"))) {
      static constexpr std::string_view kKnown[] = {kExtension};
      if (did_you_mean(member.key->text, kKnown) != ".")
        loading.error(*member.key, fmt::format("\"{}\" is no extension that Latchkey reads; did you mean \"{}\"?",
                                               member.key->text, kExtension));
    }
  }
  if (const Node* components = root.find("components")) finder.find(*components, true);
  if (loading.diagnostics.has_errors()) return;
  for (const auto& [subject, kind] : {std::pair(Subject::kChannel, RestrictionKind::kChannels),
                                      std::pair(Subject::kAttribute, RestrictionKind::kAttributes)}) {
    warn_of_forgotten_places(loading, subject, kind);
    warn_of_idle_restrictions(loading, subject, kind);
  }
}

}  // namespace latchkey::catalog
