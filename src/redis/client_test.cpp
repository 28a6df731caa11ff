// Signing in, TLS and Redis Cluster, with real servers.
#include "redis/client.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>

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

// A self-signed certificate for the given names, and its key, as files.
class Certificate {
 public:
  explicit Certificate(const char* subject_alt_name) {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x, x, nullptr, nullptr, 0);
    X509_EXTENSION* const names = X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, subject_alt_name);
    X509_add_ext(x, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(x, key, EVP_sha256());
    folder_ = std::filesystem::temp_directory_path() / "latchkey-redis-tls-XXXXXX";
    LK_CHECK(::mkdtemp(folder_.data()) != nullptr);
    write(certificate_path(), [&](std::FILE* file) { PEM_write_X509(file, x); });
    write(key_path(), [&](std::FILE* file) { PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr); });
    X509_free(x);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(folder_); }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  std::string certificate_path() const { return folder_ + "/certificate.pem"; }
  std::string key_path() const { return folder_ + "/key.pem"; }

 private:
  template <class Write>
  static void write(const std::string& path, Write content) {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    LK_CHECK(file != nullptr);
    content(file);
    LK_CHECK(std::fclose(file) == 0);
  }
  std::string folder_;
};

TEST(RedisClient, SpeaksTlsWithWhomItsCertificateIsOfAlone) {
  const Certificate right("IP:127.0.0.1"), other("DNS:elsewhere.example");
  for (const Certificate* certificate : {&right, &other}) {
    const int port = RedisProcess::free_port();
    RedisProcess process(RedisProcess::free_port(),
                         {"--tls-port", std::to_string(port), "--tls-auth-clients", "no", "--tls-cert-file",
                          certificate->certificate_path(), "--tls-key-file", certificate->key_path()});
    Server server;
    server.addresses = {{"127.0.0.1", port}};
    server.tls = true;
    server.ca_file = certificate->certificate_path();
    TestNode node(server, true, 1);
    if (certificate == &right) {
      EXPECT_TRUE(comes_true([&] { return node.limiter.counted() == Counted::kExact; }));
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(node.take(kMinute).admitted);
      EXPECT_FALSE(node.take(kMinute).admitted);
      EXPECT_EQ(node.limiter.judged_alone(), 0u);
    } else {
      EXPECT_TRUE(comes_true([&] { return node.limiter.client().failures() >= 3; }));
      EXPECT_EQ(node.limiter.counted(), Counted::kFallback);
    }
  }
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
