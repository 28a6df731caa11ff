// `latchkey restore`: a backup, found whole, into a data directory that no server uses.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <list>

#include "app/backup_manifest.h"
#include "app/commands.h"
#include "app/pepper_file.h"
#include "store/sqlite/data_lock.h"
#include "store/sqlite/file_copy.h"

namespace latchkey::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxManifestBytes = 1'000'000;

struct RestoreOptions {
  std::string data, file;
  bool replace = false, verify = false;
};

// What a backup holds, written to files of its own or only looked at.
class Extraction {
 public:
  // An empty directory: only look.
  explicit Extraction(std::string directory) : directory_(std::move(directory)) {}
  ~Extraction() {
    for (const Part& part : parts_) ::unlink(part.path.c_str());
  }
  Extraction(const Extraction&) = delete;
  Extraction& operator=(const Extraction&) = delete;

  Result<void> run(const std::string& backup) {
    LK_TRY(read_backup(backup, [this](std::string_view name, std::uint64_t size) { return open(name, size); }));
    for (Part& part : parts_) {
      const BackupManifest::File* const told = manifest_.find(part.name);
      if (told == nullptr || hex_of(part.sum.finish()) != told->sha256)
        return fail(ErrorCode::kCorrupt, fmt::format("{} in the backup is not what its manifest says.", part.name));
      if (!directory_.empty()) LK_TRY(sync_file(part.file, part.path));
    }
    if (parts_.size() != manifest_.files.size() || manifest_.find(kKeyFile) == nullptr)
      return fail(ErrorCode::kCorrupt, "The backup lacks a file that its manifest names.");
    return {};
  }
  const BackupManifest& manifest() const { return manifest_; }
  std::string path_of(std::string_view name) const { return fmt::format("{}/{}.restored", directory_, name); }

 private:
  struct Part {
    std::string name, path;
    OpenFile file;
    credential::Sha256 sum;
  };

  Result<Sink> open(std::string_view name, std::uint64_t size) {
    if (manifest_.files.empty()) return open_manifest(name, size);
    if (name != kKeyFile && name != kUsageFile)
      return fail(ErrorCode::kCorrupt, "The backup holds a file that no backup has.");
    Part& part = parts_.emplace_back();
    part.name = name;
    if (directory_.empty())
      return Sink([&part](std::string_view bytes) { return part.sum.add(bytes), Result<void>{}; });
    part.path = path_of(name);
    LK_ASSIGN(part.file, make_file(part.path));
    return Sink([&part](std::string_view bytes) {
      part.sum.add(bytes);
      return write_all(part.file, bytes, part.path);
    });
  }

  // It is the first file, and read whole by the time its last part has come.
  Result<Sink> open_manifest(std::string_view name, std::uint64_t size) {
    if (name != kManifest || size == 0 || size > kMaxManifestBytes)
      return fail(ErrorCode::kCorrupt, "This is no backup of Latchkey.");
    return Sink([this, size](std::string_view bytes) -> Result<void> {
      text_ += bytes;
      if (text_.size() < size) return {};
      LK_ASSIGN(manifest_, parse_manifest(text_));
      if (manifest_.files.empty()) return fail(ErrorCode::kCorrupt, "The backup's manifest names no file.");
      return {};
    });
  }

  const std::string directory_;
  std::string text_;
  BackupManifest manifest_;
  std::list<Part> parts_;
};

Result<void> rename_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return {};
  return fail(ErrorCode::kUnavailable, fmt::format("{} can't be moved to {}: {}.", from, to, std::strerror(errno)));
}

// The database that is there gives way first, then the log that belongs to it, so that no moment sees one with the other's.
Result<void> put_in_place(const std::string& restored, const std::string& path) {
  const std::string before = path + ".replaced";
  LK_TRY(rename_file(path, before));
  for (const char* suffix : {"-wal", "-shm"}) ::unlink((path + suffix).c_str());
  LK_TRY(rename_file(restored, path));
  ::unlink(before.c_str());
  return sync_directory_of(path);
}

// What stands in the way of restoring into a directory.
Result<void> check_target(const RestoreOptions& options) {
  std::error_code error;
  const bool existed = fs::exists(options.data, error);
  fs::create_directories(options.data, error);
  if (error) return fail(ErrorCode::kUnavailable, fmt::format("Could not make {}: {}.", options.data, error.message()));
  if (!existed) fs::permissions(options.data, fs::perms::owner_all, error);
  if (options.replace) return {};
  for (const auto& entry : fs::directory_iterator(options.data, error)) {
    const std::string name = entry.path().filename().string();
    if (name == "pepper" || name == "latchkey.lock") continue;
    return fail(
        ErrorCode::kConflict,
        fmt::format("{} is not empty: it holds {}. Restore into another directory, or say --replace, which puts the "
                    "backup in place of what is there.",
                    options.data, name));
  }
  if (error) return fail(ErrorCode::kUnavailable, fmt::format("{} can't be read: {}.", options.data, error.message()));
  return {};
}

Result<BackupManifest> restore(const RestoreOptions& options) {
  if (options.verify) {
    Extraction looked_at("");
    LK_TRY(looked_at.run(options.file));
    return looked_at.manifest();
  }
  LK_TRY(check_target(options));
  LK_ASSIGN(const auto lock, store::sqlite::DataLock::acquire(options.data));
  Extraction extraction(options.data);
  LK_TRY(extraction.run(options.file));
  const BackupManifest& manifest = extraction.manifest();
  LK_ASSIGN(const auto facts, store::sqlite::examine_key_file(extraction.path_of(kKeyFile)));
  if (facts.keys != manifest.keys || facts.sequence != manifest.sequence)
    return fail(ErrorCode::kCorrupt, "The database in the backup is not what its manifest says.");
  const bool with_usage = manifest.find(kUsageFile) != nullptr;
  if (with_usage) {
    LK_TRY(store::sqlite::examine_usage_file(extraction.path_of(kUsageFile)));
  }
  // Counts of other keys than the backup's would be worse than none.
  LK_TRY(put_in_place(with_usage ? extraction.path_of(kUsageFile) : options.data + "/nothing",
                      fmt::format("{}/{}", options.data, kUsageFile)));
  LK_TRY(put_in_place(extraction.path_of(kKeyFile), fmt::format("{}/{}", options.data, kKeyFile)));
  return manifest;
}

// Which of the peppers that it needs are not there.
std::set<credential::PepperId> missing_peppers(const RestoreOptions& options, const BackupManifest& manifest) {
  const char* const variable = std::getenv("LATCHKEY_PEPPER");
  const auto peppers =
      load_peppers(options.data, variable != nullptr ? std::optional<std::string>(variable) : std::nullopt);
  std::set<credential::PepperId> missing = manifest.peppers;
  if (peppers) std::erase_if(missing, [&](credential::PepperId id) { return peppers->knows(id); });
  return missing;
}

void tell(const RestoreOptions& options, const BackupManifest& manifest) {
  (void)std::fputs(manifest.to_json().c_str(), stdout);
  const std::string taken = format_rfc3339(manifest.taken_at);
  if (options.verify) {
    (void)std::fprintf(stderr, "The backup of %s is whole. It needs the peppers with these ids: %s.\n", taken.c_str(),
                       list_of(manifest.peppers).c_str());
    return;
  }
  (void)std::fprintf(
      stderr,
      "Restored %lld keys as they were at %s. What was changed since is as it was then: look for keys revoked since.\n",
      static_cast<long long>(manifest.keys), taken.c_str());
  const auto missing = missing_peppers(options, manifest);
  if (!missing.empty())
    (void)std::fprintf(stderr, "It is not of use yet: put the peppers with these ids into %s: %s.\n",
                       pepper_path(options.data).c_str(), list_of(missing).c_str());
}

}  // namespace

void add_restore(cli::Command& program) {
  cli::Command command = program.add_subcommand("restore", "Put a backup into a data directory");
  auto options = std::make_shared<RestoreOptions>();
  command.add_option("file", options->file, "What `latchkey backup` made").required();
  command.add_option("--data", options->data, "The data directory to fill; a pepper may be in it already")
      .envname("LATCHKEY_DATA");
  command.add_flag("--replace", options->replace, "Put it in place of what the directory holds");
  command.add_flag("--verify", options->verify, "Restore nothing; only see whether the backup is whole");
  command.footer(
      "A directory that a server uses is refused, always; restore into another one while it serves, then start a "
      "server there.\n"
      "Example: latchkey restore --data ./restored latchkey-2030-01-31.backup");
  command.callback([options] {
    if (options->data.empty() && !options->verify) return print_failure("Say where to, with --data."), 2;
    const auto done = restore(*options);
    if (!done) return print_failure(done.error().message.c_str()), 1;
    tell(*options, *done);
    return 0;
  });
}

}  // namespace latchkey::app
