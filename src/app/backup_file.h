// A backup: one file that holds the databases, a manifest, and a checksum over all before it. It is a tar archive (POSIX
// ustar), so that it can be looked into without Latchkey; but only what was written here is read here.
//
//   BackupWriter writer(path);                                   // path.part until it is whole
//   LK_TRY(writer.add("manifest.json", text));
//   LK_TRY(writer.add_file("latchkey.db", "copy.db"));
//   LK_TRY(writer.finish());                                     // fsynced, then under its name
//
//   LK_TRY(read_backup(path, [&](std::string_view name, std::uint64_t size) -> Sink { ... }));
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "credential/digest.h"

namespace latchkey::app {

std::string hex_of(const credential::Digest& digest);

// A file descriptor that is closed with it.
class OpenFile {
 public:
  explicit OpenFile(int descriptor = -1) : descriptor_(descriptor) {}
  OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~OpenFile();
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// With the path and the system's reason in the message.
Result<OpenFile> open_to_read(const std::string& path);
Result<OpenFile> make_file(const std::string& path);  // mode 0600; written over if it is there
Result<void> write_all(const OpenFile& file, std::string_view bytes, const std::string& path);
Result<void> sync_file(const OpenFile& file, const std::string& path);
// So that a file's new name is there after a power cut.
Result<void> sync_directory_of(const std::string& path);
struct FileSum {
  std::uint64_t bytes = 0;
  credential::Digest sha256{};
};
Result<FileSum> sum_of_file(const std::string& path);

class BackupWriter {
 public:
  explicit BackupWriter(std::string path) : path_(std::move(path)), part_(path_ + ".part") {}
  ~BackupWriter();  // what is not finished goes
  BackupWriter(const BackupWriter&) = delete;
  BackupWriter& operator=(const BackupWriter&) = delete;

  Result<void> begin();
  Result<void> add(std::string_view name, std::string_view content);
  Result<void> add_file(std::string_view name, const std::string& from);
  Result<void> finish();

 private:
  Result<void> put(std::string_view bytes);
  Result<void> put_head(std::string_view name, std::uint64_t size);
  Result<void> put_padding(std::uint64_t size);

  const std::string path_, part_;
  OpenFile file_;
  credential::Sha256 sum_;
  bool finished_ = false;
};

// Takes a part of a file, in order.
using Sink = std::function<Result<void>(std::string_view part)>;
// Tells every file in turn, and answers once the checksum is found to be right: until then nothing that was read may be
// relied on. kCorrupt otherwise.
Result<void> read_backup(const std::string& path,
                         const std::function<Result<Sink>(std::string_view name, std::uint64_t size)>& open);

}  // namespace latchkey::app
