#include "delivery/vault.h"

#include "delivery/json_member.h"
#include "delivery/written_secret.h"

namespace latchkey::delivery {
namespace {

// Somebody else writes in between so often only if something is wrong.
constexpr int kAttempts = 3;
// As many as a mount keeps unless told otherwise.
constexpr int kVersionsToLookBack = 10;

bool is_path(std::string_view text) {
  return !text.empty() && !text.starts_with('/') && !text.ends_with('/') && !text.contains("//") &&
         !text.contains("..") && std::ranges::all_of(text, [](char c) {
           return c > ' ' && c < 127 && !std::string_view("?#%\\\"").contains(c);
         });
}

}  // namespace

Result<void> check_vault(const VaultOptions& options) {
  const auto wrong = [](std::string what) { return fail(ErrorCode::kInvalidArgument, std::move(what)); };
  if (auto checked = check_manager_address(options.address); !checked)
    return wrong("address: " + checked.error().message);
  if (!is_path(options.mount)) return wrong("mount must be where a KV version 2 is mounted, such as secret.");
  if (!options.name_space.empty() && !is_path(options.name_space))
    return wrong("namespace must be a path such as teams/billing.");
  if (!is_path(options.approle_mount)) return wrong("approle_mount must be where AppRole is mounted, such as approle.");
  const bool by_role = !options.role_id.empty() || !options.secret_id_file.empty();
  if (options.token_file.empty() == !by_role) return wrong("Give either token_file, or role_id and secret_id_file.");
  if (by_role && (options.role_id.empty() || options.secret_id_file.empty()))
    return wrong("role_id and secret_id_file belong together.");
  return {};
}

Vault::Vault(VaultOptions options, const Clock& clock, const std::atomic<bool>& stopping)
    : options_(std::move(options)), clock_(clock), session_(options_, clock, stopping) {}

std::string Vault::place(const std::string& path) const {
  return fmt::format("{}/{} in {}", options_.mount, path, session_.title());
}

Result<void> Vault::put(const std::string& path, const HandedSecret& handed) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    LK_ASSIGN(const Version standing, read(path));
    if (standing.there) {
      LK_ASSIGN(const PutDecision decided, judge_put(place(path), standing.data.expose(), handed));
      if (decided == PutDecision::kIsThere) return {};
    } else if (standing.number == 0) {
      // An answer that there is nothing can come from a KV version 1 as well, which would take the write for something else.
      LK_TRY(check_mount());
    }
    LK_ASSIGN(const bool written, write(path, standing.number, written_json(handed, clock_.now()).expose()));
    if (written) return {};
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("At {} somebody else keeps writing; it will be tried again.", place(path)));
}

Result<void> Vault::take_back(const std::string& path, KeyId key, std::int64_t generation) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    LK_ASSIGN(const Version standing, read(path));
    if (!standing.there) return {};
    LK_ASSIGN(const TakeBackDecision decided, judge_take_back(place(path), standing.data.expose(), key, generation));
    if (decided == TakeBackDecision::kIsNotThere) return {};
    LK_ASSIGN(const Version before, version_before(path, standing.number, key, generation));
    if (!before.there) return remove(path, standing.number);
    LK_ASSIGN(const bool written, write(path, standing.number, before.data.expose()));
    if (written) return {};
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("At {} somebody else keeps writing; it will be tried again.", place(path)));
}

Result<Vault::Version> Vault::version_before(const std::string& path, std::int64_t before, KeyId key,
                                             std::int64_t generation) {
  bool kept = true;
  for (int looked = 0; looked < kVersionsToLookBack && before > 1; ++looked) {
    LK_ASSIGN(Version version, read(path, --before));
    kept = version.number != 0;
    if (!kept) break;
    if (!version.there) return version;
    const auto written = read_written(version.data.expose());
    if (!written || written->key != key || written->generation < generation) return version;
  }
  if (kept && before == 1) return Version{};  // nothing stood there
  return fail(
      ErrorCode::kNotFound,
      fmt::format("What stood at {} before is not kept there any more, so nothing was changed; rotate the key, or "
                  "write it by hand.",
                  place(path)));
}

Result<void> Vault::probe() { return check_mount(); }

Result<Secret> Vault::read_field(const std::string& path, const std::string& field) {
  LK_ASSIGN(const Version standing, read(path));
  auto value = standing.there ? json_secret(standing.data.expose(), {field}) : std::nullopt;
  if (value) return std::move(*value);
  return fail(ErrorCode::kNotFound, fmt::format("There is no field \"{}\" with a string at {}.", field, place(path)));
}

Result<Vault::Version> Vault::read(const std::string& path, std::optional<std::int64_t> number) {
  const std::string version = number ? fmt::format("?version={}", *number) : "";
  LK_ASSIGN(const ManagerAnswer answer, session_.call(fmt::format("{}/data/{}{}", options_.mount, path, version)));
  const std::string_view body = answer.body.expose();
  Version found;
  found.number = json_integer(body, {"data", "metadata", "version"}).value_or(0);
  if (answer.status == 200 && found.number > 0) {
    found.there = true;
    found.data = Secret::copy_of(json_member(body, {"data", "data"}).value_or("null"));
    return found;
  }
  // 404 is said of what never was, of what was deleted, and of a wrong address.
  if (answer.status == 404 && found.number > 0) return found;
  if (answer.status == 404 && json_member(body, {"errors"}) == "[]") return Version{};
  if (body.contains("namespace not found")) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("The {} has no namespace \"{}\"; see whether it is spelt right.", session_.title(),
                            options_.name_space));
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("The {} has no KV version 2 at \"{}\"; see whether mount and namespace are right.",
                          session_.title(), options_.mount),
              fmt::format("status {}", answer.status));
}

Result<bool> Vault::write(const std::string& path, std::int64_t over, std::string_view data) {
  std::string body;
  body.reserve(data.size() + 64);
  body += fmt::format("{{\"options\":{{\"cas\":{}}},\"data\":", over);
  body += data;
  body += '}';
  const auto answer = session_.call(fmt::format("{}/data/{}", options_.mount, path), body);
  wipe(body);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 200) return true;
  if (answer->status == 400 && answer->body.expose().contains("check-and-set")) return false;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("The {} did not take what should stand at {}; its audit log says why.", session_.title(),
                          path),
              fmt::format("status {}", answer->status));
}

Result<void> Vault::remove(const std::string& path, std::int64_t number) {
  LK_ASSIGN(const ManagerAnswer answer, session_.call(fmt::format("{}/delete/{}", options_.mount, path),
                                                      fmt::format("{{\"versions\":[{}]}}", number)));
  if (answer.status == 204 || answer.status == 200) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("The {} did not remove what stands at {}.", session_.title(), path),
              fmt::format("status {}", answer.status));
}

Result<void> Vault::check_mount() {
  auto answer = session_.call(fmt::format("sys/internal/ui/mounts/{}", options_.mount));
  const auto none = [&] {
    return fail(ErrorCode::kInvalidArgument, fmt::format("The {} has no KV version 2 at \"{}\" that Latchkey may use; "
                                                         "see whether mount, namespace and policy are right.",
                                                         session_.title(), options_.mount));
  };
  // The answer is the same for a mount that is not there and for one that the policy does not name.
  if (!answer && answer.error().code == ErrorCode::kPermissionDenied) return none();
  if (!answer) return std::unexpected(answer.error());
  const std::string_view body = answer->body.expose();
  if (json_text(body, {"data", "type"}) == "kv" && json_text(body, {"data", "options", "version"}) == "2") return {};
  return none();
}

}  // namespace latchkey::delivery
