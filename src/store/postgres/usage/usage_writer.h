// Writes usage through one connection, each batch once. Not thread-safe.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>

#include "store/sql/connection.h"
#include "store/tables/usage/names.h"
#include "store/usage_store.h"

namespace latchkey::store::postgres {

class UsageWriter {
 public:
  // `id` is this writer's own, of this run of the program.
  UsageWriter(std::unique_ptr<sql::Connection> connection, std::int64_t id, tables::Names& names)
      : connection_(std::move(connection)), id_(id), names_(names) {}

  // Takes the batch, or nothing of it. What is taken may still be under way to the database when nobody knows; then this
  // keeps it, and takes nothing else before that is settled.
  Result<void> add(const UsageBatch& batch);
  Result<void> settle();
  bool in_doubt() const { return kept_.has_value(); }

  // In a transaction. Once more when the connection turns out to be lost.
  template <class F>
  auto write(F&& work) -> std::invoke_result_t<F, sql::Connection&> {
    auto done = try_to_write(work);
    if (done || !connection_->lost()) return done;
    return try_to_write(work);
  }

 private:
  template <class F>
  auto try_to_write(F& work) -> std::invoke_result_t<F, sql::Connection&> {
    commit_failed_ = false;
    LK_ASSIGN(sql::Transaction transaction, sql::Transaction::begin(*connection_, sql::Connection::Access::kWrite));
    auto done = work(*connection_);
    if (!done) {
      names_.settle(false);
      return done;
    }
    const auto committed = transaction.commit();
    names_.settle(committed.has_value());
    commit_failed_ = !committed;
    LK_TRY(committed);
    return done;
  }
  Result<void> write_noted(sql::Connection& db, const UsageBatch& batch);

  const std::unique_ptr<sql::Connection> connection_;
  const std::int64_t id_;
  tables::Names& names_;
  std::int64_t number_ = 0;         // of the last batch that was taken
  std::optional<UsageBatch> kept_;  // the last batch, while it is in doubt
  bool commit_failed_ = false;      // of the last try
};

}  // namespace latchkey::store::postgres
