#include "store/postgres/errors.h"

#include <fmt/format.h>

namespace latchkey::store::postgres {
namespace {

struct Rule {
  std::string_view start;  // of the SQLSTATE; the first that fits holds
  ErrorCode code;
  std::string_view message;
};

constexpr std::string_view kUnreachable = "The database cannot be reached. Try again in a moment.";
constexpr std::string_view kBusy = "The database is busy. Try again in a moment.";

constexpr Rule kRules[] = {
    {"23505", ErrorCode::kConflict, "There is one like it already."},
    {"23503", ErrorCode::kNotFound, "What this belongs to is not there."},
    {"23", ErrorCode::kInternal, "The change breaks a rule of the database."},
    {"22021", ErrorCode::kInvalidArgument, "The text holds a character that the database cannot store."},
    {"25006", ErrorCode::kUnavailable,
     "The database cannot be written to, so nothing was changed. Point Latchkey at the primary, then try again."},
    {"25P03", ErrorCode::kUnavailable, kBusy},
    {"28", ErrorCode::kUnavailable, "The database does not let Latchkey in. Look at its user and password."},
    {"3D000", ErrorCode::kUnavailable, "There is no such database. Make it, then try again."},
    {"3F000", ErrorCode::kUnavailable, "There is no such schema in the database. Make it, then try again."},
    {"42501", ErrorCode::kUnavailable, "The database's user may not do this. Give it the rights, then try again."},
    {"40", ErrorCode::kUnavailable, kBusy},
    {"53100", ErrorCode::kUnavailable,
     "The database's disk is full, so nothing was changed. Make room, then try again."},
    {"53300", ErrorCode::kUnavailable, "The database takes no more connections. Allow more, or run fewer nodes."},
    {"53", ErrorCode::kUnavailable, "The database is out of memory or room. Try again in a moment."},
    {"55P03", ErrorCode::kUnavailable, kBusy},
    {"57014", ErrorCode::kUnavailable, "The database took too long. Try again in a moment."},
    {"57", ErrorCode::kUnavailable, kUnreachable},
    {"58", ErrorCode::kUnavailable,
     "The database reports an error of its disk. Try again; if it stays so, look at the disk."},
    {"08", ErrorCode::kUnavailable, kUnreachable},
    {"XX001", ErrorCode::kCorrupt, "The database is damaged. Restore it from a backup."},
    {"XX002", ErrorCode::kCorrupt, "The database is damaged. Restore it from a backup."},
};

}  // namespace

Error error_from(std::string_view state, std::string detail) {
  if (state.size() != 5) return lost_error(std::move(detail));
  detail = fmt::format("postgres {}: {}", state, detail);
  for (const Rule& rule : kRules) {
    if (state.starts_with(rule.start)) return {rule.code, std::string(rule.message), std::move(detail)};
  }
  return {ErrorCode::kInternal, "The database refused a command.", std::move(detail)};
}

Error lost_error(std::string detail) {
  return {ErrorCode::kUnavailable, std::string(kUnreachable), fmt::format("postgres connection: {}", detail)};
}

}  // namespace latchkey::store::postgres
