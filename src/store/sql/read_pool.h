// Connections for reading, each lent to one caller at a time. Readers see what was committed when they began and never
// wait for the writer.
//
//   auto tenant = pool.run([&](Connection& db) { return find_tenant(db, id); });
//   auto page = pool.snapshot([&](Connection& db) { return list(db, query); });   // several statements, one moment
//
// Work whose connection was lost is run once more on a new one; once() is for work that tells somebody what it reads as it
// goes, and so must not. Thread-safe. A caller waits while all are lent.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

#include "store/sql/connection.h"

namespace latchkey::store::sql {

class ReadPool {
 public:
  using Connect = std::function<Result<std::unique_ptr<Connection>>()>;
  static Result<std::unique_ptr<ReadPool>> open(Connect connect, std::size_t size);

  template <class F>
  auto run(F&& work) -> std::invoke_result_t<F, Connection&> {
    Lease lease(*this);
    LK_TRY(lease.mend());
    auto done = work(*lease.connection);
    if (done || !lease.connection->lost()) return done;
    LK_TRY(lease.mend());
    return work(*lease.connection);
  }

  template <class F>
  auto snapshot(F&& work) -> std::invoke_result_t<F, Connection&> {
    return run([&](Connection& db) -> std::invoke_result_t<F, Connection&> {
      LK_ASSIGN(const Transaction transaction, Transaction::begin(db, Connection::Access::kRead));
      return work(db);
    });
  }

  // A snapshot too.
  template <class F>
  auto once(F&& work) -> std::invoke_result_t<F, Connection&> {
    Lease lease(*this);
    LK_TRY(lease.mend());
    LK_ASSIGN(const Transaction transaction, Transaction::begin(*lease.connection, Connection::Access::kRead));
    return work(*lease.connection);
  }

 private:
  struct Lease {
    explicit Lease(ReadPool& its_pool) : pool(its_pool), connection(pool.take()) {}
    ~Lease() { pool.give(std::move(connection)); }
    Lease(const Lease&) = delete;
    Result<void> mend();  // by another connection, if it is lost
    ReadPool& pool;
    std::unique_ptr<Connection> connection;
  };
  ReadPool(Connect connect, std::vector<std::unique_ptr<Connection>> idle)
      : connect_(std::move(connect)), idle_(std::move(idle)) {}
  std::unique_ptr<Connection> take();
  void give(std::unique_ptr<Connection> connection);

  const Connect connect_;
  std::mutex mutex_;
  std::condition_variable given_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
};

}  // namespace latchkey::store::sql
