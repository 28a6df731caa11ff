// What a backup says about itself, as JSON in its first file.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "app/backup_file.h"
#include "base/clock.h"
#include "base/error.h"

namespace latchkey::app {

inline constexpr std::string_view kManifest = "manifest.json";
inline constexpr std::string_view kKeyFile = "latchkey.db", kUsageFile = "usage.db";

struct BackupManifest {
  struct File {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;  // hex
    int schema = 0;
  };
  std::string version;  // of the Latchkey that wrote it
  Instant taken_at;
  std::int64_t sequence = 0;  // where the change feed ended
  std::int64_t keys = 0, tenants = 0;
  std::set<credential::PepperId> peppers;  // that it is worth nothing without
  std::vector<File> files;

  std::string to_json() const;
  const File* find(std::string_view name) const;
};

// kCorrupt if it is none, kTooNew if a later Latchkey wrote it in another form.
Result<BackupManifest> parse_manifest(std::string_view text);

// "1, 7"
std::string list_of(const std::set<credential::PepperId>& peppers);

}  // namespace latchkey::app
