// For tests: SQLite's view of the disk, with faults. While one of these lives it is SQLite's default VFS; everything goes
// on to the real one, but for what it is told to fail. It also remembers what each file held when it was last synced, so
// that a test can see what a power cut would have left.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace latchkey::store::sqlite {

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // Each may be changed at any time, from any thread.
  std::atomic<bool> full{false};         // writes: no space left
  std::atomic<bool> writes_fail{false};  // writes: I/O error, as on a disk that turned read-only
  std::atomic<bool> syncs_fail{false};
  std::atomic<int> next_syncs_fail{0};  // this many
  std::atomic<bool> reads_fail{false};

  // Writes what a power cut at this moment would leave of the files in `from` into the directory `to`: each as it was
  // when last synced. With `torn`, half of what the log grew by since is there too.
  void power_cut(const std::string& from, const std::string& to, bool torn);

  struct Vfs;

 private:
  friend struct Vfs;
  void synced(const std::string& path);
  void removed(const std::string& path);

  std::unique_ptr<Vfs> vfs_;
  std::mutex mutex_;
  std::map<std::string, std::string> synced_;  // guarded by mutex_; contents by path
};

}  // namespace latchkey::store::sqlite
