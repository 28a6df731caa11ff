// Signing in, TLS and Redis Cluster, with real servers.
#include "redis/client.h"

#include <gtest/gtest.h>

#include "redis/shared_call.h"
#include "redis/shared_node_fixture.h"

namespace latchkey::redis {
namespace {

using limit::Counted;

const TestLimits kMinute = {.key_limits = {{"minute", 50, 60'000}}};

Server with_password(const RedisProcess& process, std::string user, std::string_view password) {
  Server server;
  server.addresses = process.server().addresses;
  server.user = std::move(user);
  server.password = Secret::copy_of(password);
  return server;
}

TEST(RedisClient, SignsInWithAPasswordOrAUserAndPassword) {
  RedisProcess process(0, {"--requirepass", "first", "--user", "latchkey", "on", ">second", "~lk:*", "+@all"});
  const Server by_password = with_password(process, "", "first"),
               by_user = with_password(process, "latchkey", "second");
  for (const Server* server : {&by_password, &by_user}) {
    TestNode node(*server, true, 1);
    EXPECT_TRUE(comes_true([&] { return node.limiter.counted() == Counted::kExact; }));
    EXPECT_TRUE(node.take(kMinute).admitted);
    EXPECT_EQ(node.limiter.judged_alone(), 0u);
  }
  const Server wrong = with_password(process, "", "third");
  TestNode node(wrong, true, 1);
  EXPECT_TRUE(node.take(kMinute).admitted);
  EXPECT_EQ(node.limiter.counted(), Counted::kFallback);
  EXPECT_EQ(node.limiter.judged_alone(), 1u);
}

TEST(RedisClient, AnotherAddressIsTriedWhenOneDoesNotAnswerOrIsAReplica) {
  RedisProcess primary(RedisProcess::free_port(), {"--repl-diskless-sync-delay", "0"});
  RedisProcess replica(RedisProcess::free_port(), {"--replicaof", fmt::format("127.0.0.1 {}", primary.port())});
  ASSERT_TRUE(comes_true([&] {
    return replica.command("ROLE").starts_with("slave 127.0.0.1") &&
           replica.command("ROLE").find("connected") != std::string::npos;
  }));
  Server server;
  server.addresses = {
      {"127.0.0.1", RedisProcess::free_port()}, replica.server().addresses[0], primary.server().addresses[0]};
  TestNode node(server, true, 1);
  ASSERT_TRUE(comes_true([&] {
    const auto before = node.limiter.judged_alone();
    (void)node.take({.key_limits = {{"many", 1'000'000, 60'000}}});
    return node.limiter.counted() == Counted::kExact && node.limiter.judged_alone() == before;
  }));
}

// Three masters, each with a third of the slots.
class RedisCluster {
 public:
  RedisCluster() {
    for (int i = 0; i < 3; ++i) {
      // The bus between nodes has a port of its own.
      masters.push_back(std::make_unique<RedisProcess>(
          RedisProcess::free_port(),
          std::vector<std::string>{"--cluster-enabled", "yes", "--cluster-port",
                                   std::to_string(RedisProcess::free_port()), "--cluster-require-full-coverage", "no",
                                   "--cluster-node-timeout", "2000"}));
    }
    for (int i = 0; i < 3; ++i) {
      const int first = i * kSlots / 3, last = (i + 1) * kSlots / 3 - 1;
      EXPECT_EQ(masters[i]->command(fmt::format("CLUSTER ADDSLOTSRANGE {} {}", first, last)), "OK");
      const std::string bus = masters[0]->command("CONFIG GET cluster-port").substr(sizeof "cluster-port");
      EXPECT_EQ(masters[i]->command(fmt::format("CLUSTER MEET 127.0.0.1 {} {}", masters[0]->port(), bus)), "OK");
    }
    EXPECT_TRUE(comes_true([&] {
      return std::ranges::all_of(masters, [](auto& m) {
        const std::string info = m->command("CLUSTER INFO");
        return info.find("cluster_state:ok") != std::string::npos &&
               info.find("cluster_slots_ok:16384") != std::string::npos;
      });
    }));
    server.addresses = {masters[0]->server().addresses[0], masters[1]->server().addresses[0]};
  }
  std::vector<std::unique_ptr<RedisProcess>> masters;
  Server server;
};

Uuid tenant_of_master(int master) {
  Uuid tenant{};
  for (std::uint8_t i = 0;; ++i) {
    tenant[0] = i;
    if (slot_of_tenant(tenant) * 3 / kSlots == master) return tenant;
  }
}

TEST(RedisClient, InAClusterAllOfATenantLiesInOneSlotAndSlotsThatMoveAreFollowed) {
  RedisCluster cluster;
  TestNode first(cluster.server, true, 2), second(cluster.server, true, 2);
  for (TestNode* node : {&first, &second}) {
    ASSERT_TRUE(comes_true([&] { return node->limiter.counted() == Counted::kExact; }));
  }
  const TestLimits limits = {.key_limits = {{"minute", 10, 60'000}},
                             .tenant_limits = {{"all", 16, 60'000}},
                             .key_quotas = {{"day", Period::kDay, 12}}};
  std::vector<Uuid> tenants;
  for (int master = 0; master < 3; ++master) tenants.push_back(tenant_of_master(master));
  for (const Uuid& tenant : tenants) {
    int admitted = 0;
    for (int i = 0; i < 12; ++i)
      admitted += first.take(limits, 1, 1, tenant).admitted + second.take(limits, 2, 1, tenant).admitted;
    EXPECT_EQ(admitted, 16);
  }
  // The slot goes to another master, empty.
  const int slot = slot_of_tenant(tenants[0]);
  const std::string to = cluster.masters[1]->command("CLUSTER MYID");
  cluster.masters[0]->command("FLUSHALL");
  for (auto& master : cluster.masters)
    EXPECT_EQ(master->command(fmt::format("CLUSTER SETSLOT {} NODE {}", slot, to)), "OK");
  int admitted = 0;
  for (int i = 0; i < 12; ++i) admitted += first.take(limits, 3, 1, tenants[0]).admitted;
  EXPECT_EQ(admitted, 10);
  EXPECT_EQ(first.limiter.judged_alone(), 0u);

  // One that goes takes with it what lies there, and nothing else.
  cluster.masters[2]->kill();
  ASSERT_TRUE(comes_true([&] { return first.limiter.counted() == Counted::kFallback; }));
  EXPECT_TRUE(first.take(kMinute, 4, 1, tenants[2]).admitted);
  EXPECT_EQ(first.limiter.judged_alone(), 1u);
  EXPECT_TRUE(first.take(kMinute, 4, 1, tenants[1]).admitted);
  EXPECT_EQ(first.limiter.judged_alone(), 1u);
  cluster.masters[2]->start();
  EXPECT_TRUE(comes_true([&] { return first.limiter.counted() == Counted::kExact; }));
}

}  // namespace
}  // namespace latchkey::redis
