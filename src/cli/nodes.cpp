// latchkey nodes
#include <nlohmann/json.hpp>

#include "cli/client.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

struct NodesOptions : CommonOptions {
  std::string forget;  // the id of one that is gone; empty: list them
};

std::string lag_of(const json& node) {
  const auto changes = node.at("lag").get<std::int64_t>();
  if (changes == 0) return "0";
  const json& ms = node.at("lag_ms");
  return ms.is_null() ? std::to_string(changes) : fmt::format("{} ({} ms)", changes, ms.get<std::int64_t>());
}

Attempt<void> list(const NodesOptions& options) {
  const auto client = Client::connect(options.url);
  if (!client) return std::unexpected(client.error());
  const auto answer = client->get("/v1/nodes");
  if (!answer) return std::unexpected(answer.error());
  if (options.json) return print_result(*answer), Attempt<void>();
  const json nodes = json::parse(*answer);
  Table table{{"NAME", "ID", "VERSION", "STATE", "POSITION", "LAG", "KEYS", "CHECKS/S", "ON STALE", "LIMITS", "SEEN"},
              {}};
  for (const json& node : nodes.at("data")) {
    const auto text = [&](const char* name) { return printable(node.at(name).get<std::string>()); };
    const auto number = [&](const char* name) { return std::to_string(node.at(name).get<std::int64_t>()); };
    table.rows.push_back({text("name") + (node.at("self").get<bool>() ? " *" : ""), text("id"), text("version"),
                          text("state"), number("position"), lag_of(node), number("keys"), number("checks_per_second"),
                          text("on_stale"), text("limits"), text("seen_at")});
  }
  print_result(table.to_string());
  print_note(fmt::format("The feed ends at {}. * answered.", nodes.at("head").get<std::int64_t>()));
  return {};
}

Attempt<void> forget(const NodesOptions& options) {
  const auto client = Client::connect(options.url);
  if (!client) return std::unexpected(client.error());
  const auto answer = client->remove("/v1/nodes/" + percent_encoded(options.forget));
  if (!answer) return std::unexpected(answer.error());
  print_note("It is not waited for any more.");
  return {};
}

}  // namespace

void add_nodes(Command& program) {
  Command command = program.add_subcommand("nodes", "List the servers that share a database, and how far each follows");
  auto options = std::make_shared<NodesOptions>();
  command.add_option(
      "--forget", options->forget,
      "Instead: say that this node, which serves even when stale, is gone for good; receipts wait for it until then");
  add_common_options(command, *options);
  command.footer("Example: latchkey nodes --json");
  command.callback([options] {
    return run(*options, [&] { return options->forget.empty() ? list(*options) : forget(*options); });
  });
}

}  // namespace latchkey::cli
