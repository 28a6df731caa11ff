// latchkey keys create|list|show|disable|enable|revoke|delete|restore; rotation, import and export have files of their own
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/client.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/key_output.h"
#include "cli/key_place.h"
#include "cli/limit_options.h"
#include "cli/output.h"
#include "cli/paging.h"
#include "cli/wait_options.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

struct CreateOptions : KeyOptions {
  std::string nickname, contact_email, access_type, expires_at, hand_over, idempotency_key;
  std::vector<std::string> operations, channels, attributes, ip_ranges;
  LimitOptions limits;
};

struct ListOptions : KeyOptions {
  std::string text, status, access_type, sort;
  std::size_t limit = 200;
};

struct OneOptions : KeyOptions {
  std::string id;
  bool yes = false;
  WaitOptions wait;
};

Attempt<void> create(const CreateOptions& options) {
  const auto limits = limits_of(options.limits);
  if (!limits) return std::unexpected(limits.error());
  const auto place = find_place(options);
  if (!place) return std::unexpected(place.error());
  json request = {{"nickname", options.nickname},
                  {"contact_email", options.contact_email},
                  {"access_type", options.access_type},
                  {"restrictions",
                   {{"operations", options.operations},
                    {"channels", options.channels},
                    {"attributes", options.attributes},
                    {"ip_ranges", options.ip_ranges}}},
                  {"limits", *limits}};
  if (!options.expires_at.empty()) request["expires_at"] = options.expires_at;
  if (!options.hand_over.empty()) request["hand_over"] = hand_over_of(options.hand_over);
  Client::Headers headers;
  if (!options.idempotency_key.empty()) headers.emplace_back("Idempotency-Key", options.idempotency_key);
  // A text that came in by the command line may not be UTF-8; the server then says what is wrong with it.
  auto answer = place->client.post(place->keys, request.dump(-1, ' ', false, json::error_handler_t::replace), headers);
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (options.json) {
    print_result(*answer);
    wipe(*answer);
    return {};
  }
  json key = json::parse(*answer);
  wipe(*answer);
  const auto name =
      fmt::format("\"{}\" ({})", printable(key.at("nickname").get<std::string>()), key.at("id").get<std::string>());
  if (!key.contains("secret") && key.at("hand_over").at("kind") != "show") {
    print_note(fmt::format("Created {}. Its secret is handed over, not shown.", name));
    return {};
  }
  if (!key.contains("secret")) {
    print_note(fmt::format(
        "This idempotency key had made {} before. Its secret was shown then and can't be shown again.", name));
    return {};
  }
  print_note(fmt::format("Created {}: access type {}, restrictions: {}.", name,
                         printable(key.at("access_type").get<std::string>()),
                         restrictions_in_short(key.at("restrictions"))));
  print_note("This is the only time that the key is shown. It works now, on production: put it into a secret manager.");
  auto& secret = key["secret"].get_ref<std::string&>();
  print_result(secret);
  wipe(secret);
  return {};
}

Attempt<void> list(const ListOptions& options) {
  const auto place = find_place(options);
  if (!place) return std::unexpected(place.error());
  std::string path = place->keys + "?sort=" + percent_encoded(options.sort);
  if (!options.text.empty()) path += "&q=" + percent_encoded(options.text);
  if (!options.status.empty()) path += "&status=" + percent_encoded(options.status);
  if (!options.access_type.empty()) path += "&access_type=" + percent_encoded(options.access_type);
  const auto keys = get_list(place->client, path, options.limit);
  if (!keys) return std::unexpected(keys.error());
  if (options.json) return print_result(keys->dump()), Attempt<void>();
  const auto& data = keys->at("data");
  if (data.empty()) {
    print_note("No key matches. Make one: latchkey keys create --help");
    return {};
  }
  print_result(key_table(data).to_string());
  const auto total = keys->at("total").get<std::size_t>();
  if (total > data.size()) print_note(fmt::format("{} of {} keys; --limit 0 shows all.", data.size(), total));
  return {};
}

void print_key(const KeyOptions& options, const std::string& answer) {
  print_result(options.json ? answer : key_details(json::parse(answer)));
}

Attempt<void> show(const OneOptions& options) {
  const auto place = find_place(options);
  if (!place) return std::unexpected(place.error());
  const auto answer = place->client.get(place->keys + "/" + percent_encoded(options.id));
  if (!answer) return std::unexpected(answer.error());
  print_key(options, *answer);
  return {};
}

Attempt<void> change(const OneOptions& options, std::string_view action, std::string_view done) {
  const auto place = find_place(options);
  if (!place) return std::unexpected(place.error());
  const std::string one = place->keys + "/" + percent_encoded(options.id);
  const auto answer = action == "delete"
                          ? place->client.remove(one + wait_query(options.wait))
                          : place->client.post(one + "/" + std::string(action) + wait_query(options.wait), "{}");
  if (!answer) return std::unexpected(answer.error());
  const json key = json::parse(*answer);
  print_note(fmt::format("\"{}\" ({}) {}.", printable(key.at("nickname").get<std::string>()),
                         key.at("id").get<std::string>(), done));
  if (options.json) print_result(*answer);
  return tell_receipt(key);
}

// One line from the terminal, without its end; empty at the end of input.
std::string read_line() {
  std::string line;
  for (int c; (c = std::fgetc(stdin)) != EOF && c != '\n';) line += static_cast<char>(c);
  return line;
}

Attempt<void> revoke(const OneOptions& options) {
  if (options.yes) return change(options, "revoke", "is revoked, for good");
  if (isatty(STDIN_FILENO) == 0) return usage("Revoking can't be undone. With nobody to ask, say --yes.");
  const auto place = find_place(options);
  if (!place) return std::unexpected(place.error());
  const auto answer = place->client.get(place->keys + "/" + percent_encoded(options.id));
  if (!answer) return std::unexpected(answer.error());
  print_note(key_details(json::parse(*answer)));
  print_note(
      "\nRevoking can't be undone: every request with this key fails from that moment on.\nType the nickname to revoke "
      "it:");
  const std::string typed = read_line();
  const auto nickname = json::parse(*answer).at("nickname").get<std::string>();
  if (typed != nickname) return std::unexpected(Failure{kRefused, "That is not the nickname. Nothing was changed."});
  return change(options, "revoke", "is revoked, for good");
}

void add_create(Command& keys) {
  Command command = keys.add_subcommand("create", "Make a key; prints its secret, once");
  auto options = std::make_shared<CreateOptions>();
  command.add_option("--nickname", options->nickname, "The application that will use it; one key per application")
      .required();
  command.add_option("--contact-email", options->contact_email, "Who hears about rotation, expiry and leaks")
      .required();
  command.add_option("--access-type", options->access_type, "An access type of the catalog, such as integrations")
      .required();
  command.add_option("--operation", options->operations, "Only these operations; may be repeated");
  command.add_option("--channel", options->channels, "Only these channels; may be repeated");
  command.add_option("--attribute", options->attributes, "Only these attributes; may be repeated");
  command.add_option("--ip-range", options->ip_ranges, "Only from these addresses or CIDR ranges; may be repeated");
  add_limit_options(command, options->limits);
  command.add_option("--expires-at", options->expires_at, "When it stops working, such as 2030-01-31T00:00:00Z");
  command.add_option("--hand-over", options->hand_over,
                     "show; link: mailed to the contact; or MANAGER:PATH: into that secret manager");
  command.add_option("--idempotency-key", options->idempotency_key,
                     "A name for this request: sent twice, it makes one key");
  add_key_options(command, *options);
  command.footer(
      "Standard output is the key and nothing else.\n"
      "Example: latchkey keys create --nickname 'Acme SMS Partner' --contact-email dana@acme.example \\\n"
      "           --access-type integrations --channel 504 --attribute Alias --attribute Country");
  command.callback([options] { return run(*options, [&] { return create(*options); }); });
}

void add_list(Command& keys) {
  Command command = keys.add_subcommand("list", "List keys, newest first");
  auto options = std::make_shared<ListOptions>();
  options->sort = "-created_at";
  command.add_option("--search", options->text, "Part of the nickname, contact email, hint or id");
  command.add_option("--status", options->status, "active, disabled, expired, revoked or deleted");
  command.add_option("--access-type", options->access_type, "An access type of the catalog");
  command.add_option("--sort", options->sort, "created_at, -created_at, nickname or -nickname").capture_default_str();
  command.add_option("--limit", options->limit, "At most this many; 0 for all").capture_default_str();
  add_key_options(command, *options);
  command.footer("Example: latchkey keys list --status active --search acme");
  command.callback([options] { return run(*options, [&] { return list(*options); }); });
}

using OneCommand = std::function<Attempt<void>(const OneOptions&)>;

Command add_one(Command& keys, const std::string& name, const std::string& help, std::shared_ptr<OneOptions> options,
                OneCommand act) {
  Command command = keys.add_subcommand(name, help);
  command.add_option("id", options->id, "The key's id, such as key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5").required();
  add_key_options(command, *options);
  command.footer("Example: latchkey keys " + name + " key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5");
  command.callback([options, act] { return run(*options, [&] { return act(*options); }); });
  return command;
}

void add_change(Command& keys, const std::string& action, const std::string& help, const std::string& done) {
  auto options = std::make_shared<OneOptions>();
  Command command =
      add_one(keys, action, help, options, [action, done](const OneOptions& one) { return change(one, action, done); });
  add_wait_options(command, options->wait);
}

}  // namespace

void add_keys(Command& program) {
  Command keys =
      program.add_subcommand("keys",
                             "Make, list, show, rotate, disable, enable, revoke, delete, import and export API keys");
  keys.require_subcommand();
  keys.footer("The server is the one at LATCHKEY_URL; LATCHKEY_OPERATOR_KEY is the key that `latchkey init` printed.");
  add_create(keys);
  add_list(keys);
  add_one(keys, "show", "Show one key", std::make_shared<OneOptions>(), show);
  add_change(keys, "disable", "Refuse a key until it is enabled again", "is disabled");
  add_change(keys, "enable", "Let a disabled key work again", "is enabled");
  auto options = std::make_shared<OneOptions>();
  Command command = add_one(keys, "revoke", "Refuse a key for good; asks for its nickname first", options, revoke);
  command.add_flag("--yes", options->yes, "Don't ask");
  add_wait_options(command, options->wait);
  add_change(keys, "delete", "Refuse a key as unknown; it can be restored for 30 days",
             "is deleted; `latchkey keys restore` brings it back for 30 days");
  add_change(keys, "restore", "Bring a deleted key back", "is restored");
  add_rotation(keys);
  add_import(keys);
  add_export(keys);
}

}  // namespace latchkey::cli
