// How far a scan is, for whoever watches it from another thread.
#pragma once
#include <atomic>
#include <cstdint>

namespace latchkey::scan {

struct Progress {
  std::atomic<std::uint64_t> files_done{0}, files_known{0}, bytes_done{0};  // known grows while folders are read
  std::atomic<bool> all_files_known{false};
  std::atomic<std::uint64_t> objects_done{0}, objects_known{0}, object_bytes{0};  // of git
};

}  // namespace latchkey::scan
