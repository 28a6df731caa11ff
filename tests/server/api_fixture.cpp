#include "api_fixture.h"

namespace latchkey::api {
namespace {

net::Task<void> say(net::Exchange& exchange, std::string_view text) {
  (void)co_await exchange.respond({200, {}}, text);
}

}  // namespace

std::string ApiAnswer::field(std::string_view name) const { return net::Answer{status, head, {}}.field(name); }

ApiFixture::ApiFixture() {
  auto opened = store::SqliteStore::open(directory.file("latchkey.db"), store::OpenMode::kCreateIfMissing);
  LK_CHECK(opened.has_value());
  store = std::move(*opened);
  usage = std::move(store::SqliteUsageStore::open(directory.file("usage.db")).value());
  loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  LK_CHECK(loaded.catalog != nullptr);
  std::vector<credential::Peppers::Pepper> made;
  made.push_back({1, Secret(std::string(32, 'p'))});
  peppers.emplace(*credential::Peppers::make(std::move(made)));
  keys.emplace(*store, feed, *loaded.catalog, *peppers, credential::KeyFormat{}, clock, random, &places);
  rotations.emplace(*store, feed, *peppers, credential::KeyFormat{}, clock, random, secret_uses, &places);
  imports.emplace(*store, feed, *loaded.catalog, *peppers, credential::KeyFormat{}, clock, random);
  key_requests.emplace(store->key_requests(), *store, store->webhooks(), *keys, *loaded.catalog, "https://keys.example",
                       clock, random, &places);
  tenants.emplace(*store, feed, *loaded.catalog, clock, random);
  people.emplace(*store, clock, random);
  alerts.emplace(store->alerts(), store->webhooks(), *store, true, clock, random);
  webhooks.emplace(store->webhooks(), store->outbox(), *peppers, false, clock, random);
  exposures.emplace(store->exposures(), *store, *keys, *rotations, *alerts, clock);
  leak_reports.emplace(*exposures, known_secrets, credential::KeyFormat{}, clock);
  exposure::ReportSigners::Scanners scanners;
  scanners.emplace("ci", Secret::copy_of(kScannerSecret));
  report_signers.emplace(nullptr, std::move(scanners), clock);
  ours = make_tenant("Ours");
  theirs = make_tenant("Theirs");
  const Secret secret = *lifecycle::OperatorKeys(*store, *peppers, clock, random).create();
  operator_key.fields = {{"Authorization", "Bearer " + std::string(secret.expose())}};

  files_.emplace(embedded_files());
  pool_.emplace(4, 64);
  nodes_.emplace(*store, clock, [this] {
    store::NodeRecord self;
    self.name = "the-node";
    self.last.loading = false;
    self.last.position = store->last_sequence().value();
    return self;
  });
  api_ = std::make_unique<ManagementApi>(ApiServices{
      .store = *store,
      .keys = *keys,
      .rotations = *rotations,
      .hand_overs = store->hand_overs(),
      .places = places,
      .imports = *imports,
      .key_requests = *key_requests,
      .tenants = *tenants,
      .people = *people,
      .alerts = *alerts,
      .webhooks = *webhooks,
      .exposures = *exposures,
      .catalog = *loaded.catalog,
      .limiter = limiter,
      .peppers = *peppers,
      .clock = clock,
      .random = random,
      .pool = *pool_,
      .nodes = *nodes_,
      .waiting = *pool_,
      .usage = *usage,
      .usage_retention = {},
      .flush_usage = [] { return Result<void>{}; },
      .verify = [this](net::Exchange& e) { return ++verify_calls, say(e, "verdict"); },
      .own_api_key = [](net::Exchange& e) { return say(e, "own key"); },
      .readiness = [this] { return readiness; },
      .gateway_url = "https://api.example",
      .files = *files_,
      .leak_reports = LeakReporting{*report_signers, *leak_reports, refused_reports}});
  server_ = std::make_unique<net::ServerUnderTest>([this](net::Exchange& e) { return api_->handle(e); });
}

ApiFixture::~ApiFixture() { server_.reset(); }

Tenant ApiFixture::make_tenant(const std::string& name) {
  return *tenants->create({.name = name, .cid = std::nullopt, .enabled_channels = {}, .ip_ranges = {}});
}

ApiAnswer ApiFixture::ask(std::string_view method, const std::string& path, const Fields& fields,
                          const std::string& body) {
  std::string request = fmt::format("{} {} HTTP/1.1\r\nConnection: close\r\n", method, path);
  bool has_host = false;
  for (const auto& [name, value] : fields) {
    has_host |= name == "Host";
    request += fmt::format("{}: {}\r\n", name, value);
  }
  if (!has_host) request += "Host: localhost\r\n";
  if (!body.empty() || method == "POST") request += fmt::format("Content-Length: {}\r\n", body.size());
  net::RawConnection connection = server_->connect();
  connection.send(request + "\r\n" + body);
  net::Answer answer = connection.read_answer(method == "HEAD");
  return {answer.status, std::move(answer.body), std::move(answer.head)};
}

ApiAnswer ApiFixture::as(const Credential& who, std::string_view method, const std::string& path,
                         const std::string& body, Fields more) {
  for (const auto& field : who.fields) more.push_back(field);
  if (method != "GET" && !who.csrf_token.empty()) more.emplace_back("X-CSRF-Token", who.csrf_token);
  if (!body.empty()) more.emplace_back("Content-Type", "application/json");
  return ask(method, path, more, body);
}

User ApiFixture::user(const Tenant& tenant, Role role, const std::string& password_hash) {
  User out;
  out.id = UserId::make(clock.now(), random);
  out.tenant = tenant.id;
  out.email = out.id.to_string() + "@acme.example";
  out.name = std::string(to_string(role));
  out.role = role;
  out.created_at = clock.now();
  EXPECT_TRUE(store->insert_user({out, password_hash}));
  return out;
}

Credential ApiFixture::person(const Tenant& tenant, Role role) {
  const User made = user(tenant, role, "no password leads here");
  const std::string token = "token-of-" + made.id.to_string(), csrf_token = "csrf-of-" + made.id.to_string();
  EXPECT_TRUE(store->insert_session({credential::sha256(token), made.id, csrf_token, clock.now(),
                                     clock.now().plus_ms(3'600'000), clock.now()}));
  return {{{"Cookie", "__Host-latchkey=" + token}}, csrf_token};
}

nlohmann::json ApiFixture::make_key(const Tenant& tenant, const std::string& nickname) {
  const ApiAnswer made =
      as(operator_key, "POST", keys_path(tenant),
         fmt::format(R"({{"nickname":"{}","contact_email":"ops@acme.example","access_type":"integrations"}})",
                     nickname));
  EXPECT_EQ(made.status, 201) << made.body;
  return made.json();
}

std::string ApiFixture::make_alert(const Tenant& tenant, const std::string& subject) {
  const watch::Finding finding{.rule = AlertRule::kQuotaNear,
                               .severity = AlertSeverity::kWarning,
                               .subject = subject,
                               .title = "Ours has used 80 percent of its quota daily.",
                               .detail = "What it means.",
                               .facts = R"({"percent":80})"};
  EXPECT_TRUE(alerts->raise({tenant.id, nullptr}, finding, watch::Occurrence::kEvent));
  return alerts->list(tenant.id, {.status = std::nullopt})->alerts.at(0).id.to_string();
}

std::pair<std::string, std::string> ApiFixture::make_webhook(const Tenant& tenant) {
  const auto made = webhooks->create(tenant.id, {.url = "https://hooks.example/a", .events = {}, .description = ""});
  EXPECT_TRUE(made);
  const auto delivery = webhooks->test(tenant.id, made->webhook.id);
  EXPECT_TRUE(delivery);
  return {made->webhook.id.to_string(), delivery->what.id.to_string()};
}

}  // namespace latchkey::api
