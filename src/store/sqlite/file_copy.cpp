#include "store/sqlite/file_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/tables/feed_table.h"
#include "store/sqlite/open_file.h"
#include "store/sql/row.h"
#include "store/sql/secrets_blob.h"

namespace latchkey::store::sqlite {
namespace {

Result<void> make_empty(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0 || ::fchmod(file, 0600) != 0) {
    const int why = errno;
    if (file >= 0) ::close(file);
    return fail(ErrorCode::kUnavailable, fmt::format("{} can't be written: {}.", path, std::strerror(why)));
  }
  ::close(file);
  return {};
}

Result<void> sync(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!done) return fail(ErrorCode::kUnavailable, fmt::format("{} can't be written: {}.", path, std::strerror(why)));
  return {};
}

Result<void> copy_pages(Connection& from, Connection& to) {
  sqlite3_backup* const backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (backup == nullptr)
    return std::unexpected(error_from(sqlite3_extended_errcode(to.handle()), sqlite3_errmsg(to.handle())));
  // All pages in one step are one snapshot; in several it would begin again with each write of the server.
  int status;
  do {
    status = sqlite3_backup_step(backup, -1);
  } while (status == SQLITE_OK);
  const int finished = sqlite3_backup_finish(backup);
  if (status != SQLITE_DONE) return std::unexpected(error_from(status, "sqlite3_backup_step"));
  if (finished != SQLITE_OK) return std::unexpected(error_from(finished, "sqlite3_backup_finish"));
  return {};
}

Result<std::unique_ptr<Connection>> open_sound(const std::string& path, const Schema& schema) {
  LK_ASSIGN(auto db, Connection::open(path, Connection::Access::kRead));
  LK_ASSIGN(const FileState state, inspect(*db, schema));
  if (state == FileState::kEmpty) return fail(ErrorCode::kCorrupt, fmt::format("{} is empty.", path));
  Statement check = db->prepare("PRAGMA quick_check(1)");
  LK_TRY(check.step());
  if (check.text(0) != "ok")
    return fail(ErrorCode::kCorrupt, fmt::format("{} is damaged.", path), std::string(check.text(0)));
  return db;
}

Result<std::int64_t> read_integer(Connection& db, std::string_view sql) {
  Statement query = db.prepare(sql);
  LK_TRY(query.step());
  return query.integer(0);
}

// The schema may be an older one, which the server brings up to date when it opens the file.
Result<void> find_peppers(Connection& db, int schema, std::set<credential::PepperId>& peppers) {
  std::string sql = "SELECT seal_pepper FROM api_keys UNION SELECT pepper FROM operator_keys";
  if (schema >= 3) sql += " UNION SELECT secret_pepper FROM webhooks";
  if (schema >= 5) sql += " UNION SELECT seal_pepper FROM trials";
  if (schema >= 6) sql += " UNION SELECT pepper FROM hand_overs WHERE sealed IS NOT NULL";
  Statement query = db.prepare(sql);
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) break;
    peppers.insert(static_cast<credential::PepperId>(query.integer(0)));
  }
  Statement blobs = db.prepare("SELECT secrets FROM api_keys");
  std::vector<SecretRecord> secrets;
  for (;;) {
    LK_ASSIGN(const bool found, blobs.step());
    if (!found) return {};
    if (!sql::unpack_secrets(blobs.blob(0), secrets)) return fail(ErrorCode::kCorrupt, "A key's secrets are damaged.");
    for (const SecretRecord& secret : secrets) peppers.insert(secret.pepper);
  }
}

}  // namespace

Result<void> copy_database(const std::string& from, const std::string& to) {
  LK_TRY(check_there(from, OpenMode::kMustExist));
  LK_TRY(make_empty(to));
  {
    auto source = Connection::open(from, Connection::Access::kRead);
    if (!source) return std::unexpected(at_opening(source.error(), from));
    LK_ASSIGN(const auto target, Connection::open(to, Connection::Access::kWrite));
    // Nobody relies on the copy before it is whole.
    LK_TRY(target->exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF"));
    if (auto copied = copy_pages(**source, *target); !copied) return std::unexpected(at_opening(copied.error(), from));
    LK_TRY(target->exec("PRAGMA journal_mode = DELETE"));
  }
  return sync(to);
}

Result<KeyFileFacts> examine_key_file(const std::string& path) {
  LK_ASSIGN(const auto db, open_sound(path, key_schema()));
  KeyFileFacts facts;
  LK_ASSIGN(const std::int64_t schema, read_integer(*db, "PRAGMA user_version"));
  facts.schema = static_cast<int>(schema);
  LK_ASSIGN(facts.sequence, tables::last_sequence(*db));
  LK_ASSIGN(facts.keys, read_integer(*db, "SELECT count(*) FROM api_keys"));
  LK_ASSIGN(facts.tenants, read_integer(*db, "SELECT count(*) FROM tenants"));
  LK_TRY(find_peppers(*db, facts.schema, facts.peppers));
  return facts;
}

Result<int> examine_usage_file(const std::string& path) {
  LK_ASSIGN(const auto db, open_sound(path, usage_schema()));
  LK_ASSIGN(const std::int64_t schema, read_integer(*db, "PRAGMA user_version"));
  return static_cast<int>(schema);
}

}  // namespace latchkey::store::sqlite
