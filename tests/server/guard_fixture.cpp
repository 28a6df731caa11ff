#include "guard_fixture.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace latchkey::testing_support {
namespace {

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

// Takes chunk framing off; false when the last chunk is missing.
bool unchunk(const std::string& raw, std::string& body) {
  for (std::size_t at = 0;;) {
    const std::size_t line = raw.find("\r\n", at);
    if (line == std::string::npos) return false;
    const std::size_t size = std::stoul(raw.substr(at, line - at), nullptr, 16);
    if (size == 0) return raw.compare(line, 4, "\r\n\r\n") == 0;
    if (line + 2 + size + 2 > raw.size()) return false;
    body += raw.substr(line + 2, size);
    at = line + 2 + size + 2;
  }
}

}  // namespace

std::string HttpAnswer::field(const std::string& name) const {
  const std::string wanted = "\r\n" + lower(name) + ": ";
  const std::size_t at = lower(head).find(wanted);
  if (at == std::string::npos) return {};
  const std::size_t start = at + wanted.size();
  return head.substr(start, head.find("\r\n", start) - start);
}

HttpAnswer ask(std::uint16_t port, const std::string& request) {
  const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::send(connection, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  std::string raw;
  char buffer[65536];
  for (ssize_t got; (got = ::recv(connection, buffer, sizeof buffer, 0)) > 0;) raw.append(buffer, static_cast<std::size_t>(got));
  ::close(connection);

  HttpAnswer answer;
  const std::size_t end = raw.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = raw.substr(0, end + 2);
  answer.status = std::stoi(raw.substr(9, 3));
  const std::string rest = raw.substr(end + 4);
  if (answer.field("Transfer-Encoding") == "chunked") {
    answer.complete = unchunk(rest, answer.body);
  } else {
    answer.body = rest;
    const std::string length = answer.field("Content-Length");
    answer.complete = length.empty() || std::stoul(length) == rest.size();
  }
  return answer;
}

std::string get(const std::string& target, const std::string& key, const std::string& more_fields) {
  return "GET " + target + " HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n" + (key.empty() ? "" : "X-API-KEY: " + key + "\r\n") +
         more_fields + "\r\n";
}

void GuardFixture::start(net::Handler upstream, guard::GatewayOptions options) {
  catalog_ = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  ASSERT_NE(catalog_.catalog, nullptr);
  std::vector<credential::Peppers::Pepper> peppers;
  peppers.push_back({1, Secret(std::string(32, 'p'))});
  peppers_ = std::make_unique<credential::Peppers>(std::move(credential::Peppers::make(std::move(peppers)).value()));
  registry_ = std::make_unique<registry::Registry>(*catalog_.catalog);
  Tenant tenant;
  tenant.id = tenant_ = TenantId::make(clock_.now(), random_);
  registry_->put_tenant(tenant);

  std::vector<net::Loop*> loops;
  for (int i = 0; i < 2; ++i) loops.push_back(loops_.emplace_back(std::make_unique<net::Loop>()).get());
  const net::ListenOptions listen{.address = "127.0.0.1", .port = 0, .tls = {}, .limits = {}, .extra_headers = {}};
  upstream_server_ = std::make_unique<net::Server>(listen, std::move(upstream));
  ASSERT_TRUE(upstream_server_->listen(loops));
  checker_ = std::make_unique<check::Checker>(*registry_, *catalog_.catalog, *peppers_, format_, clock_, limiter_);
  usage_store_ = std::move(store::SqliteUsageStore::open(directory_.file("usage.db")).value());
  collector_ = std::make_unique<usage::Collector>(*catalog_.catalog, *usage_store_);
  lanes_ = std::make_unique<guard::Lanes>(loops, *registry_, *collector_, recorder_, system_random_);
  options.upstream = net::Url::parse("http://127.0.0.1:" + std::to_string(upstream_server_->port())).value();
  gateway_ = std::make_unique<guard::Gateway>(*checker_, *catalog_.catalog, *lanes_, clock_, std::move(options), loops);
  const std::vector<IpRange> loopback = {IpRange::parse("127.0.0.0/8").value()};
  forward_auth_ = std::make_unique<guard::ForwardAuth>(*checker_, *lanes_, clock_, guard::ForwardAuthOptions{loopback});
  verify_ = std::make_unique<guard::Verify>(*checker_, *catalog_.catalog, *lanes_, clock_);
  gateway_server_ = std::make_unique<net::Server>(listen, [this](net::Exchange& e) { return gateway_->handle(e); });
  check_server_ = std::make_unique<net::Server>(listen, [this](net::Exchange& e) {
    return e.request().target.starts_with("/authz") ? forward_auth_->handle(e) : verify_->handle(e);
  });
  ASSERT_TRUE(gateway_server_->listen(loops));
  ASSERT_TRUE(check_server_->listen(loops));
  for (auto& loop : loops_) threads_.emplace_back([&loop] { loop->run(); });
}

void GuardFixture::TearDown() {
  for (auto* server : {check_server_.get(), gateway_server_.get(), upstream_server_.get()}) {
    if (server != nullptr) server->drain(1'000);
  }
  for (auto& loop : loops_) loop->stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  check_server_.reset();
  gateway_server_.reset();
  verify_.reset();
  forward_auth_.reset();
  gateway_.reset();
  lanes_.reset();  // its readers belong to the registry, which a second start() replaces
  checker_.reset();
  upstream_server_.reset();
  loops_.clear();
}

std::string GuardFixture::add_key(const KeySpec& spec) {
  store::KeyRecord record;
  record.key.id = KeyId::make(clock_.now(), random_);
  record.key.tenant = tenant_;
  record.key.access_type = spec.access_type;
  record.key.restrictions = spec.restrictions;
  record.key.state = spec.state;
  const Secret secret = credential::generate(format_, random_);
  record.secrets.push_back({1, peppers_->digest(1, secret.expose()), clock_.now(), std::nullopt});
  registry_->put_key(record);
  records_[std::string(secret.expose())] = record;
  return std::string(secret.expose());
}

store::KeyRecord& GuardFixture::record_of(const std::string& secret) { return records_.at(secret); }

}  // namespace latchkey::testing_support
