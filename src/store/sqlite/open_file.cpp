#include "store/sqlite/open_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace latchkey::store::sqlite {
namespace {

// Only its owner may read the file; SQLite gives the files beside it the same mode.
Result<void> make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("The database {} cannot be made: {}.", path, std::strerror(errno)));
  }
  ::close(file);
  return {};
}

// SQLite answers with the mode that the file now has, and stays with another where it can't share memory.
Result<void> use_wal(Connection& db) {
  Statement pragma = db.prepare("PRAGMA journal_mode = WAL");
  LK_TRY(pragma.step());
  if (pragma.text(0) == "wal") return {};
  return fail(ErrorCode::kUnavailable,
              "The file system cannot hold a database that several threads use. Name a directory on a local disk.",
              fmt::format("journal_mode is {}", pragma.text(0)));
}

}  // namespace

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> check_there(const std::string& path, OpenMode mode) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISREG(status.st_mode)) return {};
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is not a file, so it cannot be the database.", path));
  }
  if (errno == ENOENT && mode == OpenMode::kCreateIfMissing) return {};
  if (errno == ENOENT) {
    return fail(ErrorCode::kNotFound, fmt::format("There is no database at {}. Make one with `latchkey init`.", path));
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("The database {} cannot be reached: {}.", path, std::strerror(errno)));
}

Result<std::unique_ptr<Connection>> open_for_writing(const std::string& path, OpenMode mode, const Schema& schema,
                                                     std::string_view synchronous) {
  if (mode == OpenMode::kCreateIfMissing) LK_TRY(make_file(path));
  LK_ASSIGN(auto db, Connection::open(path, Connection::Access::kWrite));
  LK_ASSIGN(const FileState state, inspect(*db, schema));
  if (state == FileState::kEmpty && mode == OpenMode::kMustExist) {
    return fail(ErrorCode::kNotFound, fmt::format("The database at {} is empty. Make one with `latchkey init`.", path));
  }
  LK_TRY(use_wal(*db));
  // A negative cache size is in KiB.
  LK_TRY(db->exec(fmt::format("PRAGMA synchronous = {}; PRAGMA cache_size = -32000", synchronous).c_str()));
  // What a long snapshot made the log grow to is given back.
  LK_TRY(db->exec("PRAGMA journal_size_limit = 67108864"));
  LK_TRY(migrate(*db, schema));
  return db;
}

std::function<Result<std::unique_ptr<sql::Connection>>()> reading(std::string path) {
  return [path = std::move(path)]() -> Result<std::unique_ptr<sql::Connection>> {
    LK_ASSIGN(std::unique_ptr<sql::Connection> db, Connection::open(path, Connection::Access::kRead));
    return db;
  };
}

Error at_opening(Error error, const std::string& path) {
  if (error.code == ErrorCode::kCorrupt || error.code == ErrorCode::kUnavailable) {
    error.message = fmt::format("{}: {}", path, error.message);
  }
  return error;
}

}  // namespace latchkey::store::sqlite
