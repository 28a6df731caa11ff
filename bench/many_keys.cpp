#include "many_keys.h"

#include <algorithm>

#include "base/random.h"
#include "bench_place.h"
#include "lifecycle/seal.h"
#include "store/sql/json_list.h"
#include "store/sql/secrets_blob.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"

namespace latchkey::bench {
namespace {

using store::sql::Statement;
using store::sqlite::Connection;

constexpr std::int64_t kFirstMs = 1'777'000'000'000;
constexpr std::size_t kSets = 200;
constexpr std::array<const char*, 12> kOperations = {"GetLastDataUpdate",
                                                     "RegisterEventListener",
                                                     "GetRegisteredEventListeners",
                                                     "GetCampaignDetails",
                                                     "GetExecutedCampaignChannelDetails",
                                                     "GetExecutedCampaignsByChannel",
                                                     "GetCustomerOneTimeActionsByCampaign",
                                                     "GetCustomerSendDetailsByChannel",
                                                     "GetChannelTemplates",
                                                     "GetChannelTemplatesDetails",
                                                     "UpdateCampaignMetrics",
                                                     "SetCustomerChannelPreference"};
constexpr std::array<const char*, 6> kChannels = {"502", "504", "505", "506", "510", "511"};
constexpr std::array<const char*, 8> kAttributes = {"Alias",   "FirstName", "LastName", "Email",
                                                    "Country", "City",      "Language", "Age"};

template <std::size_t N>
std::vector<std::string> some_of(const std::array<const char*, N>& all, std::size_t at_least, std::size_t at_most,
                                 SeededRandom& random) {
  std::vector<std::string> chosen(all.begin(), all.end());
  for (std::size_t i = chosen.size() - 1; i > 0; --i) std::swap(chosen[i], chosen[random.next() % (i + 1)]);
  chosen.resize(at_least + random.next() % (at_most - at_least + 1));
  return chosen;
}

IpRange some_network(SeededRandom& random) {
  const std::uint64_t bits = random.next();
  return must(IpRange::parse(fmt::format("203.{}.{}.0/24", bits & 0xff, bits >> 8 & 0xff)));
}

// Number `which` of 100 says of what kind.
Restrictions some_restrictions(std::uint64_t which, SeededRandom& random) {
  Restrictions out;
  if (which < 40) return out;
  if (which < 70) {
    out.operations = some_of(kOperations, 3, 10, random);
  } else if (which < 90) {
    out.channels = some_of(kChannels, 1, 4, random);
  } else {
    out.attributes = some_of(kAttributes, 2, 6, random);
    out.ip_ranges = {some_network(random), some_network(random)};
  }
  return out;
}

// Rows in the order of their numbers; what is in the order of something else is kept and sorted, for a tree that grows
// at random places takes ten times as long.
class Maker {
 public:
  Maker(const std::string& path, const credential::Peppers& peppers) : peppers_(peppers) {
    db_ = must(Connection::open(path, Connection::Access::kWrite));
    run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = "
        "OFF; "
        "PRAGMA cache_size = -500000; DROP INDEX api_keys_by_creation; DROP INDEX api_keys_by_nickname; BEGIN");
    for (std::size_t i = 0; i < kSets; ++i) sets_.push_back(some_restrictions(i * 100 / kSets, random_));
  }

  void tenant(std::int64_t number) {
    tenant_ = TenantId::make({kFirstMs + number}, random_);
    Statement insert = db_->prepare(
        "INSERT INTO tenants (id, cid, name, status, created_at, updated_at) VALUES (?1, ?2, ?3, 0, ?4, ?4)");
    insert.bind(tenant_.bytes(), number + 1, fmt::format("Tenant {}", number), kFirstMs);
    must(insert.run());
    Statement change = db_->prepare("INSERT INTO changes (kind, tenant_id, at) VALUES (1, ?1, ?2)");
    change.bind(tenant_.bytes(), kFirstMs);
    must(change.run());
  }

  void key(std::int64_t number) {
    const Instant at{kFirstMs + number};
    store::KeyRecord record;
    ApiKey& key = record.key;
    key.id = KeyId::make(at, random_);
    key.tenant = tenant_;
    key.access_type = "integrations";
    const std::uint64_t drawn = random_.next();
    key.restrictions =
        drawn % 100 == 0 ? some_restrictions(40 + drawn / 100 % 60, random_) : sets_[drawn / 100 % kSets];
    if (drawn % 10 == 1) key.expires_at = at.plus_ms(315'360'000'000);
    key.nickname = fmt::format("Partner {}", number);
    key.contact_email = fmt::format("partner{}@acme.example", number);
    record.secrets.push_back({peppers_.current(), peppers_.digest(peppers_.current(), fmt::format("secret {}", number)),
                              at, std::nullopt});
    lifecycle::seal(record, peppers_);
    insert(record, at);
    digests_.emplace_back(record.secrets.front().digest, number + 1);
  }

  void finish() {
    std::ranges::sort(digests_);
    for (const auto& [digest, number] : digests_) {
      Statement insert = db_->prepare("INSERT INTO secret_digests (digest, key_number) VALUES (?1, ?2)");
      insert.bind(digest, number);
      must(insert.run());
    }
    run("CREATE INDEX api_keys_by_creation ON api_keys (tenant_id, created_at, id, state, expires_at, access_type); "
        "CREATE INDEX api_keys_by_nickname ON api_keys (tenant_id, nickname, id); COMMIT");
  }

 private:
  void run(const char* sql) { must(db_->exec(sql)); }

  void insert(const store::KeyRecord& record, Instant at) {
    const ApiKey& key = record.key;
    Statement row = db_->prepare(
        "INSERT INTO api_keys (id, tenant_id, access_type, state, expires_at, version, restrictions, secrets, "
        "seal_pepper, seal, nickname, "
        "contact_email, hint, created_at, created_by_type, created_by_name, updated_at) "
        "VALUES (?1, ?2, ?3, 0, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10, 'lk_live_3fKx\xe2\x80\xa6"
        "9a2C', ?11, 1, 'operator', ?11)");
    const auto secrets = store::sql::pack_secrets(record.secrets);
    row.bind(key.id.bytes(), key.tenant.bytes(), key.access_type, key.expires_at, store::sql::to_json(key.restrictions),
             std::span<const std::uint8_t>(secrets), record.seal_pepper, record.seal, key.nickname, key.contact_email,
             at);
    must(row.run());
    Statement change = db_->prepare("INSERT INTO changes (kind, key_id, tenant_id, at) VALUES (0, ?1, ?2, ?3)");
    change.bind(key.id.bytes(), key.tenant.bytes(), at);
    must(change.run());
  }

  const credential::Peppers& peppers_;
  SeededRandom random_{1};
  std::unique_ptr<Connection> db_;
  std::vector<Restrictions> sets_;
  TenantId tenant_;
  std::vector<std::pair<credential::Digest, std::int64_t>> digests_;
};

}  // namespace

void make_many_keys(const std::string& path, std::int64_t keys, const credential::Peppers& peppers) {
  must(store::SqliteStore::open(path, store::OpenMode::kCreateIfMissing)).reset();  // makes the schema
  {
    Maker maker(path, peppers);
    for (std::int64_t number = 0; number < keys; ++number) {
      if (number % kKeysPerTenant == 0) maker.tenant(number / kKeysPerTenant);
      maker.key(number);
    }
    maker.finish();
  }
  must(store::SqliteStore::open(path, store::OpenMode::kMustExist)).reset();  // WAL again
}

}  // namespace latchkey::bench
