#include "store/sqlite/data_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace latchkey::store::sqlite {
namespace {

std::string holder_of(int file) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(file, text.data(), text.size() - 1, 0);
  std::string pid;
  for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; ++i) pid += text[i];
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

Result<std::unique_ptr<DataLock>> DataLock::acquire(const std::string& directory) {
  const std::string path = directory + "/latchkey.lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("The data directory {} cannot be used: {}. Name another, or mend its permissions.",
                            directory, std::strerror(errno)));
  }
  std::unique_ptr<DataLock> lock(new DataLock(file));
  int status = 0;
  do {
    status = ::flock(file, LOCK_EX | LOCK_NB);
  } while (status != 0 && errno == EINTR);
  if (status != 0) {
    return fail(
        ErrorCode::kUnavailable,
        fmt::format("The data directory {} is in use by {}. One directory serves one Latchkey: stop that one, or name "
                    "another directory.",
                    directory, holder_of(file)),
        std::strerror(errno));
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only for the sentence above; the lock holds without it.
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, pid.data(), pid.size(), 0) < 0) errno = 0;
  return lock;
}

DataLock::~DataLock() { ::close(file_); }

}  // namespace latchkey::store::sqlite
