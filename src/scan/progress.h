// How far a scan is, for whoever watches it from another thread.
#pragma once
#include <atomic>
#include <cstdint>

namespace latchkey::scan {

struct Progress {
  std::atomic<std::uint64_t> bytes_done{0}, bytes_known{0};  // of files; known grows while folders are read
  std::atomic<std::uint64_t> files_done{0};
  std::atomic<std::uint64_t> objects_done{0}, objects_known{0}, object_bytes{0};  // of git
};

}  // namespace latchkey::scan
