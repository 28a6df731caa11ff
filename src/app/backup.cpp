// `latchkey backup`: a data directory's databases in one file, while a server writes to them.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "app/backup_manifest.h"
#include "app/commands.h"
#include "base/clock.h"
#include "base/version.h"
#include "store/sqlite/file_copy.h"

namespace latchkey::app {
namespace {

struct BackupOptions {
  std::string data, file;
};

// A copy beside the backup, gone with this.
struct Copy {
  explicit Copy(std::string its_path) : path(std::move(its_path)) {}
  ~Copy() { ::unlink(path.c_str()); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  const std::string path;
};

Result<BackupManifest::File> tell_of(std::string_view name, const std::string& path, int schema) {
  LK_ASSIGN(const FileSum sum, sum_of_file(path));
  return BackupManifest::File{std::string(name), sum.bytes, hex_of(sum.sha256), schema};
}

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<BackupManifest> back_up(const BackupOptions& options) {
  if (is_there(options.file))
    return fail(ErrorCode::kConflict, fmt::format("{} is there already; name another file.", options.file));
  const std::string key_file = fmt::format("{}/{}", options.data, kKeyFile);
  const std::string usage_file = fmt::format("{}/{}", options.data, kUsageFile);
  const Copy usage(options.file + ".usage.part"), keys(options.file + ".keys.part");
  BackupManifest manifest;
  manifest.version = version();
  // Uses first: whatever is counted in the one, its key is in the other.
  const bool with_usage = is_there(usage_file);
  if (with_usage) LK_TRY(store::sqlite::copy_database(usage_file, usage.path));
  manifest.taken_at = SystemClock().now();
  LK_TRY(store::sqlite::copy_database(key_file, keys.path));

  LK_ASSIGN(const store::sqlite::KeyFileFacts facts, store::sqlite::examine_key_file(keys.path));
  manifest.sequence = facts.sequence;
  manifest.keys = facts.keys;
  manifest.tenants = facts.tenants;
  manifest.peppers = facts.peppers;
  LK_ASSIGN(manifest.files.emplace_back(), tell_of(kKeyFile, keys.path, facts.schema));
  if (with_usage) {
    LK_ASSIGN(const int schema, store::sqlite::examine_usage_file(usage.path));
    LK_ASSIGN(manifest.files.emplace_back(), tell_of(kUsageFile, usage.path, schema));
  }
  BackupWriter writer(options.file);
  LK_TRY(writer.begin());
  LK_TRY(writer.add(kManifest, manifest.to_json()));
  LK_TRY(writer.add_file(kKeyFile, keys.path));
  if (with_usage) LK_TRY(writer.add_file(kUsageFile, usage.path));
  LK_TRY(writer.finish());
  return manifest;
}

}  // namespace

void add_backup(cli::Command& program) {
  cli::Command command = program.add_subcommand("backup", "Copy a data directory into one file, while it is served");
  auto options = std::make_shared<BackupOptions>();
  command.add_option("file", options->file, "The file to make; it must not be there yet").required();
  command.add_option("--data", options->data, "The data directory").required().envname("LATCHKEY_DATA");
  command.footer(
      "Prints the manifest. Peppers are never in a backup: keep DIR/pepper apart from it, or it is worth nothing.\n"
      "Needs room for the databases twice beside FILE.\n"
      "Example: latchkey backup --data ./data latchkey-$(date +%F).backup");
  command.callback([options] {
    const auto done = back_up(*options);
    if (!done) return print_failure(done.error().message.c_str()), 1;
    (void)std::fputs(done->to_json().c_str(), stdout);
    (void)std::fprintf(
        stderr, "Backed up %lld keys. To be of use it needs the peppers with these ids, which are not in it: %s.\n",
        static_cast<long long>(done->keys), list_of(done->peppers).c_str());
    return 0;
  });
}

}  // namespace latchkey::app
