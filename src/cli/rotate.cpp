// latchkey keys rotate|finish-rotation|cancel-rotation
#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/key_output.h"
#include "cli/key_place.h"
#include "cli/output.h"
#include "cli/wait_options.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

struct RotateOptions : KeyOptions {
  std::string id, overlap, finish, hand_over;
  WaitOptions wait;
};

std::string name_of(const json& key) {
  return fmt::format("\"{}\" ({})", printable(key.at("nickname").get<std::string>()), key.at("id").get<std::string>());
}

// What becomes of the old secret.
std::string ending_of(const json& key) {
  const json& rotation = key.at("rotation");
  if (rotation.is_null()) return "The old secret is refused from now on.";
  if (rotation.at("delivering").get<bool>())
    return "The old secret works until the new one is in its secret manager, and for the overlap after that.";
  if (rotation.at("ends_at").is_null())
    return "The old secret works until the new one has been used, and for the overlap after that.";
  return fmt::format("The old secret works until {}.", printable(rotation.at("ends_at").get<std::string>()));
}

Attempt<void> rotate(const RotateOptions& options) {
  const auto place = find_place(options);
  if (!place) return std::unexpected(place.error());
  json request = json::object();
  if (!options.overlap.empty()) {
    std::int64_t seconds = 0;
    const char* const end = options.overlap.data() + options.overlap.size();
    if (std::from_chars(options.overlap.data(), end, seconds).ptr != end) {
      return usage("--overlap is a number of seconds, such as 3600.");
    }
    request["overlap_seconds"] = seconds;
  }
  if (!options.finish.empty()) request["finish"] = options.finish;
  if (!options.hand_over.empty()) request["hand_over"] = hand_over_of(options.hand_over);
  auto answer = place->client.post(place->keys + "/" + percent_encoded(options.id) + "/rotate",
                                   request.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (options.json) {
    print_result(*answer);
    wipe(*answer);
    return {};
  }
  json key = json::parse(*answer);
  wipe(*answer);
  print_note(fmt::format("Rotated {}. {}", name_of(key), ending_of(key)));
  if (!key.contains("secret")) {
    print_note("The new secret is handed over, not shown; `latchkey keys show` tells how far that is.");
    return {};
  }
  print_note("This is the only time that the new secret is shown.");
  auto& secret = key["secret"].get_ref<std::string&>();
  print_result(secret);
  wipe(secret);
  return {};
}

Attempt<void> step(const RotateOptions& options, std::string_view action, std::string_view done) {
  const auto place = find_place(options);
  if (!place) return std::unexpected(place.error());
  const auto answer = place->client.post(fmt::format("{}/{}/rotation/{}{}", place->keys, percent_encoded(options.id),
                                                     action, wait_query(options.wait)),
                                         "{}");
  if (!answer) return std::unexpected(answer.error());
  const json key = json::parse(*answer);
  print_note(fmt::format("{}: {}", name_of(key), done));
  if (options.json) print_result(*answer);
  return tell_receipt(key);
}

Command add_one(Command& keys, const std::string& name, const std::string& help,
                const std::shared_ptr<RotateOptions>& options) {
  Command command = keys.add_subcommand(name, help);
  command.add_option("id", options->id, "The key's id, such as key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5").required();
  add_key_options(command, *options);
  return command;
}

}  // namespace

void add_rotation(Command& keys) {
  auto options = std::make_shared<RotateOptions>();
  Command command = add_one(keys, "rotate", "Give a key a new secret; prints it, once", options);
  command.add_option("--overlap", options->overlap,
                     "For how many seconds the old one works on; as the key policy says when left out");
  command.add_option("--finish", options->finish,
                     "at_end, or on_first_use: the overlap begins once the new one was used");
  command.add_option(
      "--hand-over", options->hand_over,
      "show; link: mailed to the contact; or MANAGER:PATH: into that secret manager. As last time when left out");
  command.footer(
      "Standard output is the new secret and nothing else.\n"
      "Example: latchkey keys rotate key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5 --overlap 3600");
  command.callback([options] { return run(*options, [&] { return rotate(*options); }); });
  for (const auto& [name, action, help, done] :
       {std::tuple{"finish-rotation", "finish", "Refuse the old secret of a key from now on",
                   "only the new secret works."},
        std::tuple{"cancel-rotation", "cancel", "Refuse the new secret of a key, and keep the old one",
                   "only the old secret works."}}) {
    auto one = std::make_shared<RotateOptions>();
    Command other = add_one(keys, name, help, one);
    add_wait_options(other, one->wait);
    other.footer(fmt::format("Example: latchkey keys {} key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", name));
    other.callback([one, action, done] { return run(*one, [&] { return step(*one, action, done); }); });
  }
}

}  // namespace latchkey::cli
