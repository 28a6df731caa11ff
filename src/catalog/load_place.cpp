// An x-latchkey beside a parameter or a schema: what the value there names.
#include "catalog/loading.h"
#include "catalog/suggest.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxSeparators = 8;
constexpr std::size_t kMaxListItems = 64;

constexpr std::string_view kParameterKeys[] = {"subject", "when_absent", "everything", "separators",
                                               "delimiter_parameter"};
constexpr std::string_view kSchemaKeys[] = {"subject", "when_absent", "everything", "rule", "parameter", "keep"};

// One of a few words; nothing if the key is absent or, which is an error, another word.
std::optional<std::size_t> read_word(Loading& loading, const Node& extension, std::string_view key,
                                     std::span<const std::string_view> words) {
  const Node* node = extension.find(key);
  if (node == nullptr) return std::nullopt;
  const auto at = std::find(words.begin(), words.end(), node->text);
  if (node->is_scalar() && at != words.end()) return static_cast<std::size_t>(at - words.begin());
  loading.error(*node, fmt::format("\"{}\" is nothing that {} can be{}", node->text, key,
                                   did_you_mean_or_list(node->text, words)));
  return std::nullopt;
}

std::vector<std::string> read_list(Loading& loading, const Node& extension, std::string_view key) {
  std::vector<std::string> out;
  const Node* list = loading.sequence(extension, key, "x-latchkey");
  if (list == nullptr) return out;
  for (const Node* item : list->items) {
    // The empty value is one: "ChannelID=" may mean every channel.
    if (item->is_scalar() && item->text.empty()) {
      out.emplace_back();
      continue;
    }
    if (auto text = loading.text_of(*item, fmt::format("A value of \"{}\"", key))) out.push_back(std::move(*text));
  }
  if (list->items.size() > kMaxListItems) {
    loading.error(*list,
                  fmt::format("\"{}\" has {} values; at most {} are taken.", key, list->items.size(), kMaxListItems));
  }
  return out;
}

void check_everything(Loading& loading, const Node& extension, const PlaceExtension& place) {
  for (const std::string& value : place.everything) {
    const bool taken =
        *place.subject == Subject::kChannel ? loading.draft.is_channel(value) : loading.draft.is_attribute(value);
    if (!taken) continue;
    loading.error(*extension.find("everything"),
                  fmt::format("\"{}\" can't mean everything: it is the name of one {}.", value,
                              *place.subject == Subject::kChannel ? "channel" : "attribute"));
  }
}

// Separators as YAML gives them: a blank is one, so nothing is trimmed.
std::optional<std::string> read_separators(Loading& loading, const Node& extension) {
  const Node* node = extension.find("separators");
  if (node == nullptr) return std::nullopt;
  static constexpr std::string_view kTaken = " !$'()*,-./:;<>@[]^_`{|}~";
  if (!node->is_scalar() || node->text.size() > kMaxSeparators ||
      node->text.find_first_not_of(kTaken) != std::string::npos) {
    loading.error(
        *node,
        fmt::format(
            "\"separators\" must be up to {} marks of punctuation, such as \";,\", but none that parts parameters.",
            kMaxSeparators));
    return std::nullopt;
  }
  return node->text;
}

bool has_any(const Loading& loading, Subject subject) {
  return subject == Subject::kChannel ? !loading.draft.channels.empty() : !loading.draft.attributes.empty();
}

}  // namespace

void check_separators(Loading& loading, const Node& at, Subject subject, std::string_view separators) {
  if (separators.empty()) return;
  const auto check = [&](std::string_view kind, const std::string& name) {
    const std::size_t found = name.find_first_of(separators);
    if (found == std::string::npos) return;
    loading.error(at, fmt::format("The {} \"{}\" holds the separator '{}', so it could not be named here.", kind, name,
                                  name[found]));
  };
  if (subject == Subject::kChannel) {
    for (const Channel& channel : loading.draft.channels) check("channel", channel.id);
  } else {
    for (const Attribute& attribute : loading.draft.attributes) check("attribute", attribute.name);
  }
}

std::optional<PlaceExtension> read_place(Loading& loading, const Node& extension, PlaceKind kind) {
  static constexpr std::string_view kSubjects[] = {"channel", "attribute", "none"};
  static constexpr std::string_view kAbsent[] = {"nothing", "everything"};
  static constexpr std::string_view kRules[] = {"drop_element", "remove_members", "positional"};
  loading.read_extensions.insert(&extension);
  if (!extension.is_mapping()) {
    loading.error(extension, "x-latchkey must be a mapping here, such as {subject: channel}.");
    return std::nullopt;
  }
  loading.check_keys(extension,
                     kind == PlaceKind::kParameter ? std::span<const std::string_view>(kParameterKeys) : kSchemaKeys,
                     kind == PlaceKind::kParameter ? "x-latchkey of a parameter" : "x-latchkey of a schema");
  PlaceExtension place;
  place.node = &extension;
  const auto subject = read_word(loading, extension, "subject", kSubjects);
  if (!subject) {
    if (extension.find("subject") == nullptr)
      loading.error(extension, "x-latchkey needs \"subject\" here: channel, attribute or none.");
    return std::nullopt;
  }
  if (*subject == 2) return place;
  place.subject = static_cast<Subject>(*subject);
  if (!has_any(loading, *place.subject)) {
    loading.error(extension, fmt::format("This names {0}, but the document's x-latchkey lists no {0}.",
                                         *place.subject == Subject::kChannel ? "channels" : "attributes"));
    return std::nullopt;
  }
  if (const auto absent = read_word(loading, extension, "when_absent", kAbsent))
    place.when_absent = static_cast<WhenAbsent>(*absent);
  if (const auto rule = read_word(loading, extension, "rule", kRules)) place.rule = static_cast<AnswerRule>(*rule);
  place.everything = read_list(loading, extension, "everything");
  check_everything(loading, extension, place);
  place.keep = read_list(loading, extension, "keep");
  if (kind == PlaceKind::kParameter) place.separators = read_separators(loading, extension);
  place.delimiter_parameter = loading.optional_text(extension, "delimiter_parameter", "x-latchkey");
  place.parameter = loading.optional_text(extension, "parameter", "x-latchkey");
  return place;
}

}  // namespace latchkey::catalog
