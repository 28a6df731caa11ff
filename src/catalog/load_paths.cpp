// Paths and operations.
#include <map>

#include "catalog/loading.h"
#include "catalog/suggest.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxIdBytes = 128;
constexpr std::size_t kMaxSummaryBytes = 200;
constexpr std::string_view kMethods[] = {"get", "put", "post", "delete", "options", "head", "patch", "trace"};
constexpr std::string_view kPathKeys[] = {"get",   "put",  "post",    "delete",      "options", "head",      "patch",
                                          "trace", "$ref", "summary", "description", "servers", "parameters"};
constexpr std::string_view kOperationKeys[] = {"operationId",  "tags",       "summary",     "description",
                                               "externalDocs", "parameters", "requestBody", "responses",
                                               "callbacks",    "deprecated", "security",    "servers"};

bool is_method(std::string_view key) {
  return std::find(std::begin(kMethods), std::end(kMethods), key) != std::end(kMethods);
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return text;
}

// One line, cut between words.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  if (out.size() > kMaxSummaryBytes) {
    const std::size_t cut = out.rfind(' ', kMaxSummaryBytes);
    out = cut == std::string::npos ? "" : out.substr(0, cut) + "…";
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

// The path of a server's address: "/v2" of "https://{region}.api.example/v2/". Variables take their defaults.
std::string server_path(Loading& loading, const Node& server) {
  std::string url = loading.required_text(server, "url", "A server", 2048).value_or("");
  if (const Node* variables = server.find("variables")) {
    for (const Node::Member& variable : variables->members) {
      const Node* value = variable.value->find("default");
      const std::string name = "{" + variable.key->text + "}";
      for (std::size_t at; value != nullptr && value->text.find(name) == std::string::npos &&
                           (at = url.find(name)) != std::string::npos;) {
        url.replace(at, name.size(), value->text);
      }
    }
  }
  const std::size_t scheme = url.find("://");
  const std::size_t slash = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  std::string path = slash == std::string::npos ? "" : url.substr(slash);
  while (path.ends_with('/')) path.pop_back();
  return path;
}

// What stands before every path of the document.
std::string base_path(Loading& loading) {
  const Node* servers = loading.sequence(loading.document.root(), "servers", "The document");
  std::string base;
  for (std::size_t i = 0; servers != nullptr && i < servers->items.size(); ++i) {
    const Node& server = *servers->items[i];
    if (!server.is_mapping()) {
      loading.error(server, "A server must be a mapping with a \"url\".");
      continue;
    }
    const std::string path = server_path(loading, server);
    if (i == 0) {
      base = path;
    } else if (path != base) {
      loading.error(
          server,
          fmt::format(
              "The servers have different base paths, \"{}\" and \"{}\"; Latchkey stands before one, so list one.",
              base, path));
    }
  }
  return base;
}

void load_groups(Loading& loading) {
  const Node* tags = loading.sequence(loading.document.root(), "tags", "The document");
  for (std::size_t i = 0; tags != nullptr && i < tags->items.size(); ++i) {
    const Node& tag = *tags->items[i];
    if (!tag.is_mapping()) {
      loading.error(tag, "A tag must be a mapping with a \"name\".");
      continue;
    }
    const auto name = loading.required_text(tag, "name", "A tag");
    if (!name) continue;
    const std::string title = loading.optional_text(tag, "x-displayName", "A tag");
    const auto same = [&](const Group& group) { return group.id == *name; };
    if (std::any_of(loading.draft.groups.begin(), loading.draft.groups.end(), same)) {
      loading.error(tag, fmt::format("The tag {} is listed twice.", *name));
    } else {
      loading.draft.groups.push_back({*name, title.empty() ? *name : title});
    }
  }
}

// The group of an operation is its first tag; without one, all such operations are one group.
std::string group_of(Loading& loading, const Node& node) {
  Group group{"other", "Other"};
  const Node* tags = loading.sequence(node, "tags", "An operation");
  if (tags != nullptr && !tags->items.empty()) {
    const std::string name = loading.text_of(*tags->items[0], "A tag").value_or("other");
    group = {name, name};
  }
  std::vector<Group>& groups = loading.draft.groups;
  if (std::none_of(groups.begin(), groups.end(), [&](const Group& other) { return other.id == group.id; }))
    groups.push_back(group);
  return group.id;
}

bool is_id(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' ||
           c == '.';
  });
}

class PathLoader {
 public:
  explicit PathLoader(Loading& loading) : loading_(loading), base_(base_path(loading)) {}

  void load(const Node& paths) {
    for (const Node::Member& member : paths.members) {
      if (!member.key->text.starts_with("x-")) load_path(*member.key, *member.value);
    }
    refuse_ambiguous();
  }

 private:
  void load_path(const Node& key, const Node& value) {
    const Node* item = loading_.follow(value);
    if (item == nullptr) return;
    if (!item->is_mapping()) return loading_.error(value, "A path must be a mapping of methods to operations.");
    loading_.check_keys(*item, kPathKeys, "A path", true);
    if (const Node* servers = item->find("servers")) refuse_servers(*servers);
    auto parsed = parse_template(key.text.starts_with('/') ? base_ + key.text : key.text);
    if (!parsed) return loading_.error(key, parsed.error().message);
    for (const Node::Member& member : item->members) {
      if (is_method(member.key->text)) load_operation(key, *parsed, *item, member);
    }
  }

  void refuse_servers(const Node& servers) {
    loading_.error(servers,
                   "Servers of one path or operation are not taken; Latchkey stands before one server, named at the "
                   "top of the document.");
  }

  void load_operation(const Node& path_key, const PathTemplate& path, const Node& item, const Node::Member& member) {
    const Node& node = *member.value;
    if (!node.is_mapping()) return loading_.error(node, "An operation must be a mapping.");
    if (loading_.draft.operations.size() == kMaxOperations) {
      return loading_.error(*member.key,
                            fmt::format("There are more than {} operations, which is the most that are taken.",
                                        kMaxOperations));
    }
    loading_.check_keys(node, kOperationKeys, "An operation", true);
    if (const Node* servers = node.find("servers")) refuse_servers(*servers);
    Operation operation;
    operation.index = static_cast<std::uint16_t>(loading_.draft.operations.size());
    operation.method = upper(member.key->text);
    operation.path = base_ + path_key.text;
    operation.id = operation_id(node, operation);
    if (const Node* summary = node.find("summary"); summary != nullptr && summary->is_scalar())
      operation.summary = one_line(summary->text);
    operation.group = group_of(loading_, node);
    OperationNotes notes{member.key->place, path, {}};
    load_parameters(loading_, item, node, operation, notes);
    load_body(loading_, node, operation, notes);
    load_answers(loading_, node, operation, notes);
    loading_.draft.operations.push_back(std::move(operation));
    loading_.draft.notes.push_back(std::move(notes));
  }

  // An operation whose id is wrong is read on under its method and path, so that its other mistakes are found too.
  std::string operation_id(const Node& node, const Operation& operation) {
    const std::string name = operation.method + " " + operation.path;
    const Node* id_node = node.find("operationId");
    const auto id = loading_.required_text(node, "operationId", name, kMaxIdBytes);
    if (!id) return name;
    if (!is_id(*id)) {
      loading_.error(*id_node,
                     fmt::format("The operationId \"{}\" may hold letters, digits, '.', '-' and '_' only.", *id));
      return name;
    }
    const auto [at, fresh] = ids_.emplace(*id, id_node->place.line);
    if (fresh) return *id;
    loading_.error(*id_node, fmt::format("The operationId {} stands in line {} already; each operation needs its own.",
                                         *id, at->second));
    return name;
  }

  void refuse_ambiguous() {
    const bool fold = loading_.draft.options.path_ignores_case;
    const std::vector<Operation>& operations = loading_.draft.operations;
    const std::vector<OperationNotes>& notes = loading_.draft.notes;
    for (std::size_t b = 1; b < operations.size(); ++b) {
      for (std::size_t a = 0; a < b; ++a) {
        if (operations[a].method != operations[b].method) continue;
        switch (compare(notes[a].path, notes[b].path, fold)) {
          case Overlap::kNone: break;
          case Overlap::kSame:
            loading_.diagnostics.error(notes[b].place,
                                       fmt::format("{} {} is the same request as {} in line {}{}.",
                                                   operations[b].method, operations[b].path, operations[a].path,
                                                   notes[a].place.line, fold ? " (paths ignore case)" : ""));
            break;
          case Overlap::kAmbiguous:
            loading_.diagnostics.error(notes[b].place,
                                       fmt::format("Some requests match both {0} {1} and {2} in line {3}, and neither "
                                                   "is the more special; give them different segments.",
                                                   operations[b].method, operations[b].path, operations[a].path,
                                                   notes[a].place.line));
        }
      }
    }
  }

  Loading& loading_;
  const std::string base_;
  std::map<std::string, int> ids_;  // operationId to its line
};

}  // namespace

void load_paths(Loading& loading) {
  load_groups(loading);
  const Node& root = loading.document.root();
  const Node* paths = loading.mapping(root, "paths", "The document");
  if (paths == nullptr) {
    if (root.find("paths") == nullptr) loading.error(root, "The document needs \"paths\".");
    return;
  }
  PathLoader(loading).load(*paths);
  if (loading.draft.operations.empty()) loading.error(*paths, "\"paths\" has no operation.");
  std::erase_if(loading.draft.groups, [&](const Group& group) {
    return std::none_of(loading.draft.operations.begin(), loading.draft.operations.end(),
                        [&](const Operation& operation) { return operation.group == group.id; });
  });
}

}  // namespace latchkey::catalog
