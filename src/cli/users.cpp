// latchkey users create
#include <nlohmann/json.hpp>

#include "cli/client.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/tenant_choice.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

struct CreateOptions : CommonOptions {
  std::string tenant, email, name, role;
};

Attempt<void> create(const CreateOptions& options) {
  const auto client = Client::connect(options.url);
  if (!client) return std::unexpected(client.error());
  const auto tenant = choose_tenant(*client, options.tenant);
  if (!tenant) return std::unexpected(tenant.error());
  json request = {{"email", options.email}, {"role", options.role}};
  if (!options.name.empty()) request["name"] = options.name;
  auto answer =
      client->post("/v1/tenants/" + *tenant + "/users", request.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (options.json) {
    print_result(*answer);
    wipe(*answer);
    return {};
  }
  json user = json::parse(*answer);
  wipe(*answer);
  print_note(fmt::format("Added {} as {}. The password below is shown this once; pass it on by a safe way.",
                         printable(user.at("email").get<std::string>()), user.at("role").get<std::string>()));
  auto& password = user.at("password").get_ref<std::string&>();
  print_result(password);
  wipe(password);
  return {};
}

}  // namespace

void add_users(Command& program) {
  Command users = program.add_subcommand("users", "Add people who manage a tenant's keys");
  users.require_subcommand();
  Command command = users.add_subcommand("create", "Add a person to a tenant; prints a password for them, once");
  auto options = std::make_shared<CreateOptions>();
  options->role = "admin";
  command.add_option("--email", options->email, "To sign in with").required();
  command.add_option("--name", options->name, "Their name");
  command.add_option("--role", options->role, "owner, admin or viewer").capture_default_str();
  command.add_option("--tenant", options->tenant,
                     "Id, client number or name of the tenant; not needed when there is only one");
  add_common_options(command, *options);
  command.footer("Example: latchkey users create --email dana@acme.example --role viewer");
  command.callback([options] { return run(*options, [&] { return create(*options); }); });
}

}  // namespace latchkey::cli
