// The NodeStore on PostgreSQL, over connections of its own: a heartbeat waits neither for the lock of those who write keys nor
// for anything that a node's other work waits for.
//
//   LK_ASSIGN(const auto nodes, PostgresNodes::open(settings));
#pragma once
#include <memory>

#include "store/node_store.h"
#include "store/postgres/settings.h"
#include "store/sql/read_pool.h"

namespace latchkey::store::postgres {

class PostgresNodes final : public NodeStore {
 public:
  // The schema must be there.
  static Result<std::unique_ptr<PostgresNodes>> open(const Settings& settings);

  Result<void> register_node(const NodeRecord& record) override;
  Result<FeedPlace> heartbeat(const NodeBeat& beat) override;
  Result<void> confirm(NodeId id, FeedPlace position) override;
  Result<void> ask_to_confirm(Sequence sequence) override;
  Result<FeedPlace> durable_head() override;
  Result<std::vector<NodeRecord>> nodes(const FeedPlace& having) override;
  Result<void> remove_node(NodeId id) override;
  Result<bool> forget_node(NodeId id, std::int64_t beats) override;

 private:
  // One that beats, one that confirms or lists, and one more, so that none of them waits.
  static constexpr std::size_t kConnections = 3;

  PostgresNodes(std::unique_ptr<sql::ReadPool> pool, bool notify) : pool_(std::move(pool)), notify_(notify) {}
  template <class F>
  auto write(F&& work) -> std::invoke_result_t<F, sql::Connection&>;
  Result<void> notify(sql::Connection& db, std::string_view what);

  const std::unique_ptr<sql::ReadPool> pool_;
  const bool notify_;
};

}  // namespace latchkey::store::postgres
