// Runs the tables of tests/decisions/*.txt against the check: registry, catalog and all, without sockets.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/random.h"
#include "catalog/load.h"
#include "check/check.h"

namespace latchkey {
namespace {

constexpr std::int64_t kNow = 1'767'225'600'000;

using Words = std::vector<std::string>;

Words split(const std::string& text, char separator) {
  Words words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, separator);) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

// The value of `name=value` among the words; the first '=' parts them.
std::string option(const Words& words, const std::string& name) {
  for (const auto& word : words) {
    if (word.starts_with(name + "=")) return word.substr(name.size() + 1);
  }
  return {};
}

bool has(const Words& words, const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); }

std::vector<IpRange> ranges(const std::string& list) {
  std::vector<IpRange> out;
  for (const auto& text : split(list, ',')) out.push_back(IpRange::parse(text).value());
  return out;
}

// limits=NAME:REQUESTS/SECONDS[@CLASS],... quotas=NAME:REQUESTS/PERIOD,...
OwnLimits limits_in(const Words& words) {
  OwnLimits out;
  for (const auto& text : split(option(words, "limits"), ',')) {
    const Words parts = split(text, '@'), named = split(parts[0], ':'), rate = split(named[1], '/');
    out.rate_limits.push_back({named[0], std::stoull(rate[0]), std::stoll(rate[1]),
                               parts.size() > 1 ? std::optional(parts[1]) : std::nullopt});
  }
  for (const auto& text : split(option(words, "quotas"), ',')) {
    const Words named = split(text, ':'), rate = split(named[1], '/');
    out.quotas.push_back({named[0], parse_period(rate[1]).value(), std::stoull(rate[0])});
  }
  return out;
}

credential::Peppers make_peppers() {
  std::vector<credential::Peppers::Pepper> list;
  list.push_back({1, Secret(std::string(32, 'p'))});
  return std::move(credential::Peppers::make(std::move(list)).value());
}

class Table {
 public:
  explicit Table(const std::string& catalog_path)
      : loaded_(catalog::load_catalog_file(catalog_path)),
        peppers_(make_peppers()),
        registry_(*loaded_.catalog),
        reader_(registry_),
        scratch_(reader_, recorder_),
        checker_(registry_, *loaded_.catalog, peppers_, format_, clock_, limiter_, &failures_) {
    limiter_.observe(clock_.now(), clock_.steady_ns());
  }

  void run(const std::string& line) {
    const std::size_t arrow = line.find("->");
    Words words = split(line.substr(0, arrow), ' ');
    if (words[0] == "tenant") return add_tenant(words);
    if (words[0] == "key") return add_key(words);
    if (words[0] == "wait") return wait(std::stoll(words[1]));
    ASSERT_NE(arrow, std::string::npos) << line;
    judge(words, split(line.substr(arrow + 2), ' '), line);
  }

 private:
  void wait(std::int64_t seconds) {
    clock_.advance_ms(seconds * 1'000);
    limiter_.observe(clock_.now(), clock_.steady_ns());
  }

  void add_tenant(const Words& words) {
    Tenant tenant;
    tenant.id = TenantId::make(clock_.now(), random_);
    tenant.name = words[1];
    if (has(words, "suspended")) tenant.status = TenantStatus::kSuspended;
    tenant.enabled_channels = split(option(words, "channels"), ',');
    tenant.ip_ranges = ranges(option(words, "networks"));
    tenant.limits = limits_in(words);
    registry_.put_tenant(tenant);
    tenants_[tenant.name] = tenant.id;
  }

  void add_key(const Words& words) {
    store::KeyRecord record;
    record.key.id = KeyId::make(clock_.now(), random_);
    record.key.tenant = tenants_.at(words[3]);
    record.key.access_type = words[5];
    record.key.restrictions = {split(option(words, "operations"), ','), split(option(words, "channels"), ','),
                               split(option(words, "attributes"), ','), ranges(option(words, "networks"))};
    record.key.limits = limits_in(words);
    if (has(words, "disabled")) record.key.state = KeyState::kDisabled;
    if (has(words, "revoked")) record.key.state = KeyState::kRevoked;
    if (has(words, "expired")) record.key.expires_at = clock_.now();
    Secret secret = credential::generate(format_, random_);
    record.secrets.push_back({1, peppers_.digest(1, secret.expose()), clock_.now(), std::nullopt});
    registry_.put_key(record);
    secrets_[words[1]] = std::string(secret.expose());
  }

  void judge(const Words& words, const Words& expected, const std::string& line) {
    const std::string stranger(credential::generate(format_, random_).expose());
    std::string api_key, authorization;
    if (words[0] == "junk") {
      api_key = "letmein";
    } else if (words[0] == "stranger") {
      api_key = stranger;
    } else if (words[0] == "two") {
      api_key = secrets_.at("admin");
      authorization = "Bearer " + stranger;
    } else if (words[0] == "twice") {
      api_key = secrets_.at("admin");
      authorization = "Bearer " + api_key;
    } else if (words[0] != "none") {
      ASSERT_TRUE(secrets_.contains(words[0])) << line;
      api_key = secrets_.at(words[0]);
    }
    const std::string guard = option(words, "guard"), body = option(words, "body"), from = option(words, "from");
    const std::string_view api_key_field = api_key, authorization_field = authorization;
    check::Request request;
    if (!api_key.empty()) request.api_key_fields = {&api_key_field, 1};
    if (!authorization.empty()) request.authorization_fields = {&authorization_field, 1};
    request.method = words[1];
    request.target = words[2];
    request.client = IpAddress::parse(from.empty() ? "127.0.0.1" : from == "unknown" ? "::" : from).value();
    request.secure = guard != "plain";
    request.can_filter_answer = guard != "authz";
    request.body_state = guard == "authz" ? check::BodyState::kHidden : body.empty() ? check::BodyState::kNone : check::BodyState::kUnread;
    const std::string times = option(words, "times");
    for (int i = 1; !times.empty() && i < std::stoi(times); ++i) (void)checker_.check(request, scratch_);
    const check::Decision* decision = &checker_.check(request, scratch_);
    if (decision->outcome == check::Outcome::kNeedBody) {
      request.body_state = check::BodyState::kRead;
      request.content_type = "application/json";
      request.body = body;
      decision = &checker_.check(request, scratch_);
    }
    const std::string got = decision->allowed() ? "allowed" : std::string(code(decision->reason));
    EXPECT_EQ(got, expected[0]) << line << "\n  " << decision->detail;
    if (decision->allowed()) {
      EXPECT_EQ(decision->filter_answer, has(expected, "filtered")) << line;
    } else {
      EXPECT_FALSE(decision->detail.empty()) << line;
      EXPECT_EQ(decision->detail.find(api_key.empty() ? "\x01" : api_key), std::string::npos) << line;
    }
    std::string says = option(expected, "says");
    std::replace(says.begin(), says.end(), '_', ' ');
    EXPECT_NE(decision->detail.find(says), std::string::npos) << line << "\n  " << decision->detail;
    if (const std::string after = option(expected, "after"); !after.empty()) {
      ASSERT_TRUE(decision->retry_after_ns) << line;
      EXPECT_EQ(limit::whole_seconds(*decision->retry_after_ns), std::stoll(after)) << line;
    }
  }

  catalog::LoadResult loaded_;
  credential::Peppers peppers_;
  credential::KeyFormat format_;
  ManualClock clock_{Instant{kNow}};
  SeededRandom random_{42};
  registry::Registry registry_;
  limit::InMemoryLimiter limiter_;
  limit::FailureLimiter failures_{{.failures = 5, .window_ms = 60'000}, random_};
  registry::Registry::Reader reader_;
  usage::Recorder recorder_;
  check::Scratch scratch_;
  check::Checker checker_;
  std::map<std::string, TenantId> tenants_;
  std::map<std::string, std::string> secrets_;
};

TEST(Decisions, AreAsTheTablesSay) {
  const std::filesystem::path root = LATCHKEY_SOURCE_DIR;
  int tables = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root / "tests/decisions")) {
    if (entry.path().extension() != ".txt") continue;
    ++tables;
    const auto catalog_path = root / "catalogs" / entry.path().filename().replace_extension(".yaml");
    ASSERT_NE(catalog::load_catalog_file(catalog_path.string()).catalog, nullptr) << catalog_path;
    Table table(catalog_path.string());
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line[0] != '#') table.run(line);
    }
  }
  EXPECT_GT(tables, 0);
}

}  // namespace
}  // namespace latchkey
