#include "store/postgres/duty_table.h"

#include <map>
#include <span>

#include "store/postgres/connection.h"

namespace latchkey::store::postgres {
namespace {

using sql::Statement;

#define LK_NOW_MS "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

// Duties are asked for on one thread, and parcels on another.
constexpr std::size_t kConnections = 2;

}  // namespace

Result<std::unique_ptr<PostgresDuties>> PostgresDuties::open(const Settings& settings) {
  const auto shared = std::make_shared<Settings>(settings.copy());
  shared->lock = WriteLock::kNone;
  LK_ASSIGN(auto pool, sql::ReadPool::open(
                           [shared]() -> Result<std::unique_ptr<sql::Connection>> {
                             return Connection::open(shared->copy());
                           },
                           kConnections));
  return std::unique_ptr<PostgresDuties>(new PostgresDuties(std::move(pool)));
}

Result<bool> PostgresDuties::hold(std::string_view duty, const Uuid& holder, std::int64_t lease_ms) {
  return pool_->run([&](sql::Connection& db) -> Result<bool> {
    Statement upsert =
        db.prepare("INSERT INTO duties (name, holder, until) VALUES (?1, ?2, " LK_NOW_MS
                   " + ?3) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
                   "WHERE duties.holder = excluded.holder OR duties.until <= " LK_NOW_MS " RETURNING until");
    upsert.bind(duty, holder, lease_ms);
    return upsert.step();
  });
}

Result<void> PostgresDuties::release(std::string_view duty, const Uuid& holder) {
  return pool_->run([&](sql::Connection& db) {
    Statement remove = db.prepare("DELETE FROM duties WHERE name = ?1 AND holder = ?2");
    remove.bind(duty, holder);
    return remove.run();
  });
}

Result<void> PostgresDuties::put(std::string_view topic, const std::string& bytes) {
  return pool_->run([&](sql::Connection& db) -> Result<void> {
    Statement insert = db.prepare(
        "INSERT INTO parcels (topic, body) SELECT CAST(?1 AS TEXT), CAST(?2 AS BYTEA) "
        "WHERE (SELECT count(*) FROM parcels WHERE topic = ?1) < ?3 RETURNING number");
    insert.bind(topic, std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), kMaxWaiting);
    LK_ASSIGN(const bool stored, insert.step());
    if (stored) return {};
    return fail(ErrorCode::kTooLarge, "Too much waits for the node that has this duty.",
                fmt::format("topic {}", topic));
  });
}

Result<std::vector<std::string>> PostgresDuties::take(std::string_view topic, int limit) {
  // When the connection dies and nobody knows what came of it, what was taken is lost rather than taken twice.
  return pool_->run([&](sql::Connection& db) -> Result<std::vector<std::string>> {
    Statement remove = db.prepare(
        "DELETE FROM parcels WHERE number IN (SELECT number FROM parcels WHERE topic = ?1 ORDER BY number LIMIT ?2 "
        "FOR UPDATE SKIP LOCKED) "
        "RETURNING number, body");
    remove.bind(topic, limit);
    std::map<std::int64_t, std::string> in_order;
    for (;;) {
      LK_ASSIGN(const bool row, remove.step());
      if (!row) break;
      const auto body = remove.blob(1);
      in_order.emplace(remove.integer(0), std::string(reinterpret_cast<const char*>(body.data()), body.size()));
    }
    std::vector<std::string> parcels;
    for (auto& [number, body] : in_order) parcels.push_back(std::move(body));
    return parcels;
  });
}

}  // namespace latchkey::store::postgres
