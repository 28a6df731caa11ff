// An allowed request allocates nothing, whatever limits it: the allocations of this thread are counted.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "base/check.h"
#include "base/random.h"
#include "catalog/load.h"
#include "check/check.h"

namespace {

thread_local std::size_t allocations = 0;

// Not inlined: a compiler that saw through would take delete for the wrong end of malloc.
[[gnu::noinline]] void* counted(std::size_t size) {
  ++allocations;
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) std::abort();
  return block;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }

namespace latchkey {
namespace {

credential::Peppers make_peppers() {
  std::vector<credential::Peppers::Pepper> list;
  list.push_back({1, Secret(std::string(32, 'p'))});
  return std::move(credential::Peppers::make(std::move(list)).value());
}

TEST(CheckAllocations, AnAllowedRequestWithEveryKindOfLimitAndATrialAllocatesNothing) {
  const auto loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  ASSERT_NE(loaded.catalog, nullptr);
  const credential::Peppers peppers = make_peppers();
  const credential::KeyFormat format;
  ManualClock clock;
  SeededRandom random(1);
  registry::Registry registry(*loaded.catalog);
  Tenant tenant;
  tenant.id = TenantId::make(clock.now(), random);
  tenant.limits = {{{"all", 1'000'000, 10, std::nullopt}, {"general", 1'000'000, 60, "default"}},
                   {{"monthly", Period::kMonth, 1'000'000}}};
  registry.put_tenant(tenant);
  const Secret secret = credential::generate(format, random);
  store::KeyRecord record;
  record.key.id = KeyId::make(clock.now(), random);
  record.key.tenant = tenant.id;
  record.key.access_type = "integrations";  // whose keys are looked at for channels and attributes
  record.trial.emplace().trial.number = 1;
  record.trial->trial.restrictions = {{"GetLastDataUpdate"}, {"504"}, {"Alias"}, {IpRange::parse("127.0.0.0/8").value()}};
  record.key.limits = {{{"a-name-of-more-than-sixteen", 1'000'000, 3'600, std::nullopt}},
                       {{"daily", Period::kDay, 1'000'000}}};
  record.secrets.push_back({1, peppers.digest(1, secret.expose()), clock.now(), std::nullopt});
  registry.put_key(record);

  limit::InMemoryLimiter limiter;
  limiter.observe(clock.now(), clock.steady_ns());
  registry::Registry::Reader reader(registry);
  usage::Recorder recorder;
  check::Scratch scratch(reader, recorder);
  const check::Checker checker(registry, *loaded.catalog, peppers, format, clock, limiter);
  const std::string_view field = secret.expose();
  check::Request request;
  request.api_key_fields = {&field, 1};
  request.method = "GET";
  request.target = "/current/general/GetLastDataUpdate";
  request.client = IpAddress::v4(127, 0, 0, 1);
  request.secure = true;
  request.user_agent = "acme-crm/3.1 of more than sixteen characters";
  const auto check_once = [&] {
    clock.advance_ms(1'000);  // so that never more than 10 are in the catalog's window
    ASSERT_TRUE(checker.check(request, scratch).allowed()) << scratch.decision.detail;
  };
  // Until every window has as many cells as it ever has.
  for (int i = 0; i < 4'000; ++i) check_once();
  const std::size_t before = allocations;
  for (int i = 0; i < 1'000; ++i) check_once();
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(scratch.standings.size(), 6u);
}

}  // namespace
}  // namespace latchkey
