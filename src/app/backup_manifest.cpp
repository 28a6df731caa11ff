#include "app/backup_manifest.h"

#include <nlohmann/json.hpp>

namespace latchkey::app {
namespace {

using nlohmann::json;

constexpr int kForm = 1;

}  // namespace

std::string BackupManifest::to_json() const {
  json out = {{"form", kForm},        {"latchkey", version}, {"taken_at", format_rfc3339(taken_at)},
              {"sequence", sequence}, {"keys", keys},        {"tenants", tenants},
              {"pepper_ids", peppers}};
  out["files"] = json::array();
  for (const File& file : files)
    out["files"].push_back(
        {{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}, {"schema", file.schema}});
  return out.dump(2) + "\n";
}

const BackupManifest::File* BackupManifest::find(std::string_view name) const {
  const auto found = std::ranges::find(files, name, &File::name);
  return found == files.end() ? nullptr : &*found;
}

Result<BackupManifest> parse_manifest(std::string_view text) {
  try {
    const json in = json::parse(text);
    if (in.at("form").get<int>() != kForm)
      return fail(ErrorCode::kTooNew, "A newer Latchkey wrote this backup; restore it with that one.");
    BackupManifest out;
    out.version = in.at("latchkey").get<std::string>();
    const auto taken_at = parse_rfc3339(in.at("taken_at").get<std::string>());
    if (!taken_at) return fail(ErrorCode::kCorrupt, "The backup's manifest can't be read.");
    out.taken_at = *taken_at;
    out.sequence = in.at("sequence").get<std::int64_t>();
    out.keys = in.at("keys").get<std::int64_t>();
    out.tenants = in.at("tenants").get<std::int64_t>();
    out.peppers = in.at("pepper_ids").get<std::set<credential::PepperId>>();
    for (const json& file : in.at("files")) {
      out.files.push_back({file.at("name").get<std::string>(), file.at("bytes").get<std::uint64_t>(),
                           file.at("sha256").get<std::string>(), file.at("schema").get<int>()});
    }
    return out;
  } catch (const json::exception& e) {
    return fail(ErrorCode::kCorrupt, "The backup's manifest can't be read.", e.what());
  }
}

std::string list_of(const std::set<credential::PepperId>& peppers) {
  std::string out;
  for (const credential::PepperId id : peppers) out += (out.empty() ? "" : ", ") + std::to_string(id);
  return out;
}

}  // namespace latchkey::app
