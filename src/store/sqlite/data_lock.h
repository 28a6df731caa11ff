// A data directory serves one process at a time. Held from open to close through flock(2) on `latchkey.lock` beside the
// database, so it goes with the process, however that ends. The file stays; what matters is the lock.
#pragma once
#include <memory>
#include <string>

#include "base/error.h"

namespace latchkey::store::sqlite {

class DataLock {
 public:
  // kUnavailable when another holds it, naming its process.
  static Result<std::unique_ptr<DataLock>> acquire(const std::string& directory);
  ~DataLock();
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;

 private:
  explicit DataLock(int file) : file_(file) {}
  const int file_;
};

}  // namespace latchkey::store::sqlite
