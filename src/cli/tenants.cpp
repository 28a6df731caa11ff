// latchkey tenants create|list
#include <nlohmann/json.hpp>

#include "cli/client.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/limit_options.h"
#include "cli/output.h"
#include "cli/paging.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

struct CreateOptions : CommonOptions {
  std::string name;
  std::int64_t cid = 0;
  std::vector<std::string> channels, ip_ranges;
  LimitOptions limits;
};

struct ListOptions : CommonOptions {
  std::size_t limit = 0;
};

Attempt<void> create(const CreateOptions& options) {
  const auto limits = limits_of(options.limits);
  if (!limits) return std::unexpected(limits.error());
  const auto client = Client::connect(options.url);
  if (!client) return std::unexpected(client.error());
  json request = {{"name", options.name},
                  {"enabled_channels", options.channels},
                  {"ip_ranges", options.ip_ranges},
                  {"limits", *limits}};
  if (options.cid != 0) request["cid"] = options.cid;
  const auto answer = client->post("/v1/tenants", request.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!answer) return std::unexpected(answer.error());
  if (options.json) return print_result(*answer), Attempt<void>();
  const json tenant = json::parse(*answer);
  print_note(fmt::format("Created \"{}\", client number {}.", printable(tenant.at("name").get<std::string>()),
                         tenant.at("cid").get<std::int64_t>()));
  print_result(tenant.at("id").get<std::string>());
  return {};
}

Attempt<void> list(const ListOptions& options) {
  const auto client = Client::connect(options.url);
  if (!client) return std::unexpected(client.error());
  const auto tenants = get_list(*client, "/v1/tenants", options.limit);
  if (!tenants) return std::unexpected(tenants.error());
  if (options.json) return print_result(tenants->dump()), Attempt<void>();
  Table table{{"ID", "CID", "NAME", "STATUS", "CHANNELS"}, {}};
  for (const json& tenant : tenants->at("data")) {
    const auto& channels = tenant.at("enabled_channels");
    table.rows.push_back({tenant.at("id").get<std::string>(), std::to_string(tenant.at("cid").get<std::int64_t>()),
                          printable(tenant.at("name").get<std::string>()), tenant.at("status").get<std::string>(),
                          channels.empty() ? "all" : std::to_string(channels.size())});
  }
  print_result(table.to_string());
  return {};
}

}  // namespace

void add_tenants(Command& program) {
  Command tenants = program.add_subcommand("tenants", "Make and list tenants");
  tenants.require_subcommand();

  Command create_command = tenants.add_subcommand("create", "Make a tenant; prints its id");
  auto create_options = std::make_shared<CreateOptions>();
  create_command.add_option("--name", create_options->name, "Its name").required();
  create_command.add_option("--cid", create_options->cid, "Its client number; the next free one when left out");
  create_command.add_option("--channel", create_options->channels, "Only these channels are enabled; may be repeated");
  create_command.add_option("--ip-range", create_options->ip_ranges,
                            "Its keys work from these addresses only; may be repeated");
  add_limit_options(create_command, create_options->limits);
  add_common_options(create_command, *create_options);
  create_command.footer("Example: latchkey tenants create --name Acme --channel 504 --channel 505");
  create_command.callback([create_options] { return run(*create_options, [&] { return create(*create_options); }); });

  Command list_command = tenants.add_subcommand("list", "List tenants in the order of their creation");
  auto list_options = std::make_shared<ListOptions>();
  list_command.add_option("--limit", list_options->limit, "At most this many; 0 for all").capture_default_str();
  add_common_options(list_command, *list_options);
  list_command.footer("Example: latchkey tenants list --json");
  list_command.callback([list_options] { return run(*list_options, [&] { return list(*list_options); }); });
}

}  // namespace latchkey::cli
