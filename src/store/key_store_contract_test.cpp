#include "store/key_store_contract_test.h"

#include <tuple>

namespace latchkey::store {
namespace {

auto fields(const ApiKey& k) {
  return std::tie(k.id, k.tenant, k.nickname, k.contact_email, k.access_type, k.restrictions, k.state, k.hint, k.secrets,
                  k.expires_at, k.created_at, k.created_by, k.updated_at, k.disabled_at, k.revoked_at,
                  k.version, k.limits, k.imported);
}
auto fields(const KeyRecord& r) { return std::tuple_cat(fields(r.key), std::tie(r.secrets, r.seal_pepper, r.seal)); }
auto fields(const Tenant& t) {
  return std::tie(t.id, t.cid, t.name, t.status, t.enabled_channels, t.ip_ranges, t.created_at, t.updated_at, t.limits);
}

template <class T>
testing::AssertionResult same_fields(const T& a, const T& b, const std::string& what) {
  if (fields(a) == fields(b)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << what << " differs from what was stored";
}

}  // namespace

testing::AssertionResult same(const ApiKey& a, const ApiKey& b) { return same_fields(a, b, a.id.to_string()); }
testing::AssertionResult same(const KeyRecord& a, const KeyRecord& b) {
  return same_fields(a, b, a.key.id.to_string());
}
testing::AssertionResult same(const Tenant& a, const Tenant& b) { return same_fields(a, b, a.id.to_string()); }

std::vector<std::string> nicknames(const std::vector<ApiKey>& keys) {
  std::vector<std::string> out;
  for (const ApiKey& key : keys) out.push_back(key.nickname);
  return out;
}

credential::Digest KeyStoreContract::next_digest() {
  credential::Digest digest;
  random_.fill(digest);
  return digest;
}

Tenant KeyStoreContract::make_tenant(std::string name) {
  Tenant tenant;
  tenant.created_at = tenant.updated_at = next_moment();
  tenant.id = TenantId::make(tenant.created_at, random_);
  tenant.name = std::move(name);
  tenant.enabled_channels = {"504", "505"};
  tenant.ip_ranges = {*IpRange::parse("203.0.113.0/24"), *IpRange::parse("2001:db8::/32")};
  tenant.limits = {.rate_limits = {{"all-keys", 500, 10, std::nullopt}},
                   .quotas = {{"monthly", Period::kMonth, 1'000'000'000}, {"daily", Period::kDay, 1}}};
  return tenant;
}

Tenant KeyStoreContract::stored_tenant(std::string name) {
  auto tenant = store().insert_tenant(make_tenant(std::move(name)));
  EXPECT_TRUE(tenant) << tenant.error().detail;
  return tenant ? *tenant : Tenant{};
}

KeyRecord KeyStoreContract::make_key(TenantId tenant, std::string nickname) {
  KeyRecord record;
  ApiKey& key = record.key;
  key.created_at = key.updated_at = next_moment();
  key.id = KeyId::make(key.created_at, random_);
  key.tenant = tenant;
  key.nickname = std::move(nickname);
  key.contact_email = "dana@acme.example";
  key.access_type = "integrations";
  key.restrictions = {.operations = {"GetCampaignDetails"},
                      .channels = {"504"},
                      .attributes = {"Alias", "Näme \"quoted\" \\ 東京"},
                      .ip_ranges = {*IpRange::parse("198.51.100.7")}};
  key.limits = {.rate_limits = {{"default", 20, 10, std::nullopt}, {"mail-hour", 100, 3'600, "transactional-mail"}},
                .quotas = {{"daily", Period::kDay, 1'000}}};
  key.hint = "lk_live_3fK…9a2C";
  key.expires_at = key.created_at.plus_ms(86'400'000);
  key.created_by = {ActorType::kUser, UserId::make(key.created_at, random_), "dana@acme.example"};
  record.secrets = {
      {.pepper = 1, .digest = next_digest(), .created_at = key.created_at, .valid_until = std::nullopt},
      {.pepper = 2'000'000'000, .digest = next_digest(), .created_at = {0}, .valid_until = key.expires_at}};
  record.secrets[1].imported = true;
  tell_secrets(record);
  record.seal_pepper = 4'000'000'000;
  record.seal = next_digest();
  return record;
}

KeyRecord KeyStoreContract::stored_key(TenantId tenant, std::string nickname) {
  KeyRecord record = make_key(tenant, std::move(nickname));
  const auto inserted = store().insert_key(record, std::nullopt);
  EXPECT_TRUE(inserted) << inserted.error().detail;
  return record;
}

UserRecord KeyStoreContract::make_user(TenantId tenant, std::string email) {
  const Instant at = next_moment();
  return {{UserId::make(at, random_), tenant, std::move(email), "Dana", Role::kOwner, at}, "$argon2id$v=19$..."};
}

SessionRecord KeyStoreContract::make_session(UserId user) {
  const Instant at = next_moment();
  return {next_digest(), user, "csrf-token", at, at.plus_ms(60'000), at.plus_ms(1)};
}

IdempotencyRecord KeyStoreContract::make_once(const KeyRecord& record, std::string_view key) {
  return {record.key.tenant, credential::sha256(key), credential::sha256("request"), record.key.id,
          record.key.created_at};
}

std::vector<ApiKey> KeyStoreContract::all_pages(TenantId tenant, KeyQuery query) {
  std::vector<ApiKey> keys;
  std::int64_t total = -1;
  do {
    auto page = store().list_keys(tenant, query);
    if (!page) {
      ADD_FAILURE() << page.error().message << page.error().detail;
      return keys;
    }
    if (total >= 0) {
      EXPECT_EQ(page->total, total) << "the count changed from page to page";
    }
    total = page->total;
    EXPECT_LE(page->keys.size(), static_cast<std::size_t>(query.limit));
    keys.insert(keys.end(), page->keys.begin(), page->keys.end());
    query.cursor = page->next_cursor;
    EXPECT_LT(query.cursor.size(), 512u);
  } while (!query.cursor.empty());
  EXPECT_EQ(static_cast<std::int64_t>(keys.size()), total);
  return keys;
}

}  // namespace latchkey::store
