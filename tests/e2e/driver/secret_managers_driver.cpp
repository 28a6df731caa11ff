// Lets end-to-end tests use the secret managers of a server's configuration without a server:
//
//   secret_managers_driver latchkey.toml
//
// reads one JSON object a line and answers each with one: {"do":"put","manager":...,"cid":...,"path":...,"key":...,
// "generation":...,"nickname":...,"secret":...}, the same without the last two as "take_back", or "probe"; {"ok":true} or
// {"ok":false,"code":...,"message":...,"detail":...}.
#include <csignal>
#include <cstdlib>
#include <iostream>

#include <nlohmann/json.hpp>

#include "app/secret_managers.h"
#include "app/serve_config.h"

namespace latchkey {
namespace {

using Json = nlohmann::json;

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument: return "invalid_argument";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kConflict: return "conflict";
    case ErrorCode::kPreconditionFailed: return "precondition_failed";
    case ErrorCode::kUnauthenticated: return "unauthenticated";
    case ErrorCode::kPermissionDenied: return "permission_denied";
    case ErrorCode::kTooLarge: return "too_large";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kTimeout: return "timeout";
    case ErrorCode::kClosed: return "closed";
    case ErrorCode::kCorrupt: return "corrupt";
    case ErrorCode::kTooNew: return "too_new";
    case ErrorCode::kInternal: return "internal";
  }
  return "";
}

Result<void> carry_out(const delivery::SecretManagers& managers, const Json& asked) {
  const std::string what = asked.at("do"), manager = asked.at("manager");
  if (what == "probe") return managers.probe(manager);
  const delivery::SecretPlace place{manager, asked.at("cid"), asked.at("path")};
  const KeyId key = KeyId::parse(asked.at("key").get<std::string>()).value();
  const std::int64_t generation = asked.at("generation");
  if (what == "take_back") return managers.take_back(place, key, generation);
  const Secret secret(asked.at("secret").get<std::string>());
  return managers.put(
      place, {.key = key, .tenant = {}, .nickname = asked.at("nickname"), .generation = generation, .secret = secret});
}

int run(const char* config_path) {
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  const auto config = app::make_serve_config({}, environment, config_path);
  if (!config) return std::cerr << config.error().message << '\n', 1;
  const SystemClock clock;
  const std::atomic<bool> stopping{false};
  const delivery::SecretManagers managers = app::make_secret_managers(config->secret_managers, clock, stopping);
  for (std::string line; std::getline(std::cin, line);) {
    Json answer = {{"ok", true}};
    if (const auto done = carry_out(managers, Json::parse(line)); !done) {
      answer = {{"ok", false},
                {"code", name_of(done.error().code)},
                {"message", done.error().message},
                {"detail", done.error().detail}};
    }
    std::cout << answer.dump() << '\n' << std::flush;
  }
  return 0;
}

}  // namespace
}  // namespace latchkey

int main(int argc, char** argv) {
  // As in the server: a manager that closes a connection is an error to handle.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  return argc == 2 ? latchkey::run(argv[1]) : 2;
}
