#include "delivery/written_secret.h"

#include "base/json_text.h"
#include "delivery/json_member.h"

namespace latchkey::delivery {
namespace {

void add(std::string& json, std::string_view name, std::string_view text) {
  json += json.empty() ? "{" : ",";
  append_json_string(json, name);
  json += ':';
  append_json_string(json, text);
}

std::unexpected<Error> somebody_elses(const std::string& place) {
  return fail(
      ErrorCode::kConflict,
      fmt::format("At {} stands something that this key did not put there, so nothing was changed; choose another "
                  "path, or remove it first.",
                  place));
}

std::unexpected<Error> later(const std::string& place, std::int64_t standing, std::int64_t generation) {
  return fail(
      ErrorCode::kConflict,
      fmt::format("At {} stands generation {} of this key's secret, which is later than {}, so nothing was changed.",
                  place, standing, generation));
}

}  // namespace

Secret written_json(const HandedSecret& handed, Instant now) {
  std::string json;
  json.reserve(512 +
               8 * (handed.secret.size() + handed.nickname.size()));  // it must not leave copies behind as it grows
  add(json, "api_key", handed.secret.expose());
  add(json, "key_id", handed.key.to_string());
  add(json, "nickname", handed.nickname);
  json += fmt::format(",\"generation\":{}", handed.generation);
  add(json, "written_at", format_rfc3339(now));
  json += '}';
  return Secret(std::move(json));
}

std::optional<WrittenSecret> read_written(std::string_view json) {
  const auto id = json_text(json, {"key_id"});
  const auto key = id ? KeyId::parse(*id) : std::nullopt;
  const auto generation = json_integer(json, {"generation"});
  auto api_key = json_secret(json, {"api_key"});
  if (!key || !generation || !api_key) return std::nullopt;
  return WrittenSecret{*key, *generation, std::move(*api_key)};
}

Result<PutDecision> judge_put(const std::string& place, std::string_view standing, const HandedSecret& handed) {
  const auto written = read_written(standing);
  if (!written || written->key != handed.key) return somebody_elses(place);
  if (written->generation > handed.generation) return later(place, written->generation, handed.generation);
  if (written->generation < handed.generation) return PutDecision::kWrite;
  if (written->api_key.equals(handed.secret.expose())) return PutDecision::kIsThere;
  return fail(
      ErrorCode::kConflict,
      fmt::format("At {} generation {} of this key stands with another value, so nothing was changed; somebody has "
                  "edited it: remove it, or rotate the key.",
                  place, handed.generation));
}

Result<TakeBackDecision> judge_take_back(const std::string& place, std::string_view standing, KeyId key,
                                         std::int64_t generation) {
  const auto written = read_written(standing);
  if (!written || written->key != key) return somebody_elses(place);
  if (written->generation > generation) return later(place, written->generation, generation);
  return written->generation < generation ? TakeBackDecision::kIsNotThere : TakeBackDecision::kRestore;
}

}  // namespace latchkey::delivery
