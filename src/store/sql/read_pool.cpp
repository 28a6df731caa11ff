#include "store/sql/read_pool.h"

namespace latchkey::store::sql {

Result<std::unique_ptr<ReadPool>> ReadPool::open(Connect connect, std::size_t size) {
  std::vector<std::unique_ptr<Connection>> idle;
  while (idle.size() < size) {
    LK_ASSIGN(auto connection, connect());
    idle.push_back(std::move(connection));
  }
  return std::unique_ptr<ReadPool>(new ReadPool(std::move(connect), std::move(idle)));
}

Result<void> ReadPool::Lease::mend() {
  if (!connection->lost()) return {};
  LK_ASSIGN(connection, pool.connect_());
  return {};
}

std::unique_ptr<Connection> ReadPool::take() {
  std::unique_lock lock(mutex_);
  given_.wait(lock, [this] { return !idle_.empty(); });
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void ReadPool::give(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  given_.notify_one();
}

}  // namespace latchkey::store::sql
