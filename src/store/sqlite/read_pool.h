// Connections for reading, each lent to one caller at a time. In WAL mode readers see what was committed when they began
// and never wait for the writer.
//
//   auto tenant = pool.run([&](Connection& db) { return find_tenant(db, id); });
//   auto page = pool.snapshot([&](Connection& db) { return list(db, query); });   // several statements, one moment
//
// Thread-safe. A caller waits while all are lent.
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

#include "store/sqlite/connection.h"

namespace latchkey::store::sqlite {

class ReadPool {
 public:
  static Result<std::unique_ptr<ReadPool>> open(const std::string& path, std::size_t size);

  template <class F>
  auto run(F&& work) -> std::invoke_result_t<F, Connection&> {
    const Lease lease(*this);
    return work(*lease.connection);
  }

  template <class F>
  auto snapshot(F&& work) -> std::invoke_result_t<F, Connection&> {
    const Lease lease(*this);
    LK_ASSIGN(const Transaction transaction, Transaction::begin(*lease.connection, Transaction::Kind::kRead));
    return work(*lease.connection);
  }

 private:
  struct Lease {
    explicit Lease(ReadPool& its_pool) : pool(its_pool), connection(pool.take()) {}
    ~Lease() { pool.give(std::move(connection)); }
    Lease(const Lease&) = delete;
    ReadPool& pool;
    std::unique_ptr<Connection> connection;
  };
  explicit ReadPool(std::vector<std::unique_ptr<Connection>> idle) : idle_(std::move(idle)) {}
  std::unique_ptr<Connection> take();
  void give(std::unique_ptr<Connection> connection);

  std::mutex mutex_;
  std::condition_variable given_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
};

}  // namespace latchkey::store::sqlite
