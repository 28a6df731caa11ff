#include "cli/wait_options.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

std::string text_of(const json& value) { return value.is_null() ? std::string() : printable(value.get<std::string>()); }

std::string line_of(const json& node) {
  const std::string state = text_of(node.at("state"));
  std::string line = fmt::format("  {} ({}): {}", text_of(node.at("name")), text_of(node.at("id")), state);
  if (state == "confirmed") line += " at " + text_of(node.at("confirmed_at"));
  if (state == "stale") line += ", refuses every key until it follows again";
  if (state == "unconfirmed") {
    line += node.at("stale_by").is_null() ? ", and serves even so"
                                          : ", refuses every key by " + text_of(node.at("stale_by"));
  }
  return line;
}

}  // namespace

void add_wait_options(Command& command, WaitOptions& options) {
  command.add_flag("--wait", options.wait, "Wait until every node has the change, or can do no harm without it");
  command.add_option("--wait-timeout", options.timeout_seconds, "For how many seconds at most").capture_default_str();
}

std::string wait_query(const WaitOptions& options) {
  return options.wait ? fmt::format("?wait=all&wait_timeout={}", options.timeout_seconds) : std::string();
}

Attempt<void> tell_receipt(const json& answer) {
  const auto receipt = answer.find("receipt");
  if (receipt == answer.end()) return {};
  const json& nodes = receipt->at("nodes");
  const auto waiting = std::ranges::count_if(nodes, [](const json& node) { return node.at("state") == "unconfirmed"; });
  std::string text = fmt::format("{} of {} nodes follow the change or refuse every key.",
                                 nodes.size() - static_cast<std::size_t>(waiting), nodes.size());
  for (const json& node : nodes) text += "\n" + line_of(node);
  if (receipt->at("complete").get<bool>()) return print_note(text), Attempt<void>();
  const json& by = receipt->at("refused_everywhere_by");
  text += by.is_null() ? "\nThe change is made, but nobody can say by when all of them follow it."
                       : "\nThe change is made; all of them follow it by " + text_of(by) + ".";
  return std::unexpected(Failure{kRefused, text});
}

}  // namespace latchkey::cli
