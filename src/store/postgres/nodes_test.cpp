// The contract of NodeStore on PostgreSQL.
#include "store/postgres/nodes.h"

#include "base/check.h"
#include "base/random.h"
#include "store/node_store_contract_test.h"
#include "store/postgres/postgres_fixture.h"
#include "store/postgres/postgres_store.h"

namespace latchkey::store {
namespace {

class PostgresNodePlace final : public NodePlace {
 public:
  PostgresNodePlace() {
    auto opened = PostgresStore::open(database_.settings(), OpenMode::kCreateIfMissing);
    LK_CHECK(opened.has_value());
    store_ = std::move(*opened);
    nodes_ = std::move(postgres::PostgresNodes::open(database_.settings()).value());
  }
  NodeStore& nodes() override { return *nodes_; }
  FeedPlace change() override {
    Tenant tenant;
    tenant.id = TenantId::make({1}, random_);
    EXPECT_TRUE(store_->insert_tenant(tenant));
    const Sequence last = store_->last_sequence().value();
    return store_->changes_after(last - 1, 1).value().front().place();
  }

 private:
  postgres::TestDatabase database_;
  SeededRandom random_{1};
  std::unique_ptr<PostgresStore> store_;
  std::unique_ptr<NodeStore> nodes_;
};

INSTANTIATE_TEST_SUITE_P(Postgres, NodeStoreContract, testing::Values(+[]() -> std::unique_ptr<NodePlace> {
                           return std::make_unique<PostgresNodePlace>();
                         }));

}  // namespace
}  // namespace latchkey::store
