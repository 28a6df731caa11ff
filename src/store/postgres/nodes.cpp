#include "store/postgres/nodes.h"

#include "store/postgres/connection.h"
#include "store/sql/row.h"

namespace latchkey::store::postgres {
namespace {

using sql::Row;
using sql::Statement;
using sql::Transaction;

// All that was committed before the statement began.
Result<FeedPlace> head_of_feed(sql::Connection& db) {
  Statement query = db.prepare(
      "SELECT h.sequence, coalesce(c.mark, 0) FROM feed_head h LEFT JOIN changes c ON c.sequence = h.sequence WHERE "
      "h.id = 1");
  LK_ASSIGN(const bool found, query.step());
  if (!found) return fail(ErrorCode::kCorrupt, "The database has lost the head of its feed.", "no row in feed_head");
  return FeedPlace{query.integer(0), query.integer(1)};
}

Result<bool> has_change(sql::Connection& db, const FeedPlace& place) {
  if (place.sequence == 0) return true;
  Statement query = db.prepare("SELECT 1 FROM changes WHERE sequence = ?1 AND mark = ?2");
  query.bind(place.sequence, place.mark);
  return query.step();
}

NodeRecord read_node(Row& row) {
  NodeRecord node;
  node.id = row.id<NodeTag>();
  row.text(node.name);
  row.text(node.version);
  node.denies_when_stale = row.integer() != 0;
  node.max_staleness_ms = row.integer();
  node.started_at = row.instant();
  node.beats = row.integer();
  node.last.id = node.id;
  node.last.position = row.integer();
  node.last.loading = row.integer() != 0;
  node.last.behind_ms = row.integer();
  node.last.keys = row.integer();
  node.last.checks_per_second = row.integer();
  row.text(node.last.limits);
  node.last.at = row.instant();
  return node;
}

}  // namespace

Result<std::unique_ptr<PostgresNodes>> PostgresNodes::open(const Settings& settings) {
  const auto own = std::make_shared<Settings>(settings.copy());
  own->lock = WriteLock::kNone;
  const auto connect = [own]() -> Result<std::unique_ptr<sql::Connection>> { return Connection::open(own->copy()); };
  LK_ASSIGN(auto pool, sql::ReadPool::open(connect, kConnections));
  return std::unique_ptr<PostgresNodes>(new PostgresNodes(std::move(pool), settings.notify));
}

// Whatever is written here may be written twice.
template <class F>
auto PostgresNodes::write(F&& work) -> std::invoke_result_t<F, sql::Connection&> {
  return pool_->run([&](sql::Connection& db) -> std::invoke_result_t<F, sql::Connection&> {
    LK_ASSIGN(Transaction transaction, Transaction::begin(db, sql::Connection::Access::kWrite));
    auto done = work(db);
    if (done) LK_TRY(transaction.commit());
    return done;
  });
}

Result<void> PostgresNodes::notify(sql::Connection& db, std::string_view what) {
  if (!notify_) return {};
  Statement query = db.prepare("SELECT pg_notify('latchkey_feed', ?1)");
  query.bind(what);
  return query.run();
}

Result<void> PostgresNodes::register_node(const NodeRecord& record) {
  return write([&](sql::Connection& db) -> Result<void> {
    Statement insert = db.prepare(
        "INSERT INTO nodes (id, name, version, denies_when_stale, max_staleness_ms, started_at, beats, position, "
        "loading, "
        "behind_ms, keys, checks_per_second, limits, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 1, 0, 0, 0, ?7, "
        "?6) "
        "ON CONFLICT (id) DO UPDATE SET beats = ?8, position = 0, loading = 1");
    insert.bind(record.id.bytes(), record.name, record.version, record.denies_when_stale ? 1 : 0,
                record.max_staleness_ms, record.started_at, record.last.limits, record.beats);
    return insert.run();
  });
}

Result<FeedPlace> PostgresNodes::heartbeat(const NodeBeat& beat) {
  return write([&](sql::Connection& db) -> Result<FeedPlace> {
    LK_ASSIGN(const bool known, has_change(db, beat.position));
    Statement update = db.prepare(
        "UPDATE nodes SET beats = beats + 1, position = greatest(position, ?2), loading = ?3, behind_ms = ?4, keys = "
        "?5, "
        "checks_per_second = ?6, limits = ?7, seen_at = ?8 WHERE id = ?1");
    update.bind(beat.id.bytes(), known ? beat.position.sequence : 0, beat.loading ? 1 : 0, beat.behind_ms, beat.keys,
                beat.checks_per_second, beat.limits, beat.at);
    LK_TRY(update.run());
    if (db.changed_rows() == 0) return fail(ErrorCode::kNotFound, "The database does not know this node.");
    return head_of_feed(db);
  });
}

// It need not survive: what is lost is told again with the next heartbeat.
Result<void> PostgresNodes::confirm(NodeId id, FeedPlace position) {
  return write([&](sql::Connection& db) -> Result<void> {
    LK_TRY(db.exec("SET LOCAL synchronous_commit = off"));
    Statement update = db.prepare(
        "UPDATE nodes SET position = greatest(position, ?2) WHERE id = ?1 AND "
        "EXISTS (SELECT 1 FROM changes WHERE sequence = ?2 AND mark = ?3)");
    update.bind(id.bytes(), position.sequence, position.mark);
    LK_TRY(update.run());
    if (db.changed_rows() == 0) {
      return fail(ErrorCode::kPreconditionFailed, "The database knows no such node, or has another history.",
                  fmt::format("no change {} with its mark", position.sequence));
    }
    return notify(db, "confirmed");
  });
}

Result<void> PostgresNodes::ask_to_confirm(Sequence sequence) {
  return write([&](sql::Connection& db) -> Result<void> {
    LK_TRY(db.exec("SET LOCAL synchronous_commit = off"));
    return notify(db, fmt::format("await {}", sequence));
  });
}

Result<FeedPlace> PostgresNodes::durable_head() {
  return write([&](sql::Connection& db) -> Result<FeedPlace> {
    LK_TRY(db.exec("UPDATE pulse SET beats = beats + 1 WHERE id = 1"));
    return head_of_feed(db);
  });
}

Result<std::vector<NodeRecord>> PostgresNodes::nodes(const FeedPlace& having) {
  return pool_->snapshot([&](sql::Connection& db) -> Result<std::vector<NodeRecord>> {
    LK_ASSIGN(const bool known, has_change(db, having));
    if (!known) {
      return fail(ErrorCode::kUnavailable, "The database that answers is not the one that was written to; ask again.",
                  fmt::format("no change {} with its mark", having.sequence));
    }
    Statement query = db.prepare(
        "SELECT id, name, version, denies_when_stale, max_staleness_ms, started_at, beats, position, loading, "
        "behind_ms, "
        "keys, checks_per_second, limits, seen_at FROM nodes ORDER BY id");
    std::vector<NodeRecord> out;
    for (;;) {
      LK_ASSIGN(const bool found, query.step());
      if (!found) return out;
      Row row(query);
      out.push_back(read_node(row));
      LK_TRY(row.sound("nodes"));
    }
  });
}

Result<void> PostgresNodes::remove_node(NodeId id) {
  return write([&](sql::Connection& db) -> Result<void> {
    Statement remove = db.prepare("DELETE FROM nodes WHERE id = ?1");
    remove.bind(id.bytes());
    return remove.run();
  });
}

Result<bool> PostgresNodes::forget_node(NodeId id, std::int64_t beats) {
  return write([&](sql::Connection& db) -> Result<bool> {
    Statement remove = db.prepare("DELETE FROM nodes WHERE id = ?1 AND beats = ?2");
    remove.bind(id.bytes(), beats);
    LK_TRY(remove.run());
    return db.changed_rows() != 0;
  });
}

}  // namespace latchkey::store::postgres
