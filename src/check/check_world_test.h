// What tests of the check share: registry, checker and keys over a catalog, without sockets, and requests made up at random
// from what the catalog describes.
#pragma once
#include <gtest/gtest.h>

#include <random>

#include "base/random.h"
#include "catalog/load.h"
#include "check/check.h"

namespace latchkey::check {

// A request as a guard would get it, whole.
struct MadeUp {
  std::string method = "GET", target = {}, body = {};
  BodyState body_state = BodyState::kNone;
  bool body_fits = true, can_filter_answer = true;
  IpAddress client = IpAddress::v4(127, 0, 0, 1);
};

// What came of one: a copy, good for as long as the catalog.
struct Verdict {
  bool allowed = false;
  DenyReason reason{};
  int status = 0;
  std::string detail;
  bool filter_answer = false;
  Permitted permitted;
  bool operator==(const Verdict&) const = default;
};

class CheckWorld {
 public:
  explicit CheckWorld(const std::string& catalog_path = LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml")
      : loaded_(catalog::load_catalog_file(catalog_path)),
        peppers_(make_peppers()),
        registry_(*loaded_.catalog),
        reader_(registry_),
        checker_(registry_, *loaded_.catalog, peppers_, format_, clock_, limiter_, nullptr, &exposures, &lease) {
    lease.extend(clock_.steady_ns(), std::int64_t{1} << 60);
    tenant.id = TenantId::make(clock_.now(), random_);
    put_tenant();
  }

  const catalog::Catalog& catalog() const { return *loaded_.catalog; }
  void put_tenant() { registry_.put_tenant(tenant); }
  store::KeyRecord make_key(const std::string& access_type, Restrictions restrictions = {}) {
    store::KeyRecord record;
    record.key.id = KeyId::make(clock_.now(), random_);
    record.key.tenant = tenant.id;
    record.key.access_type = access_type;
    record.key.restrictions = std::move(restrictions);
    const Secret secret = credential::generate(format_, random_);
    record.secrets.push_back({1, peppers_.digest(1, secret.expose()), clock_.now(), std::nullopt});
    secrets_[record.key.id] = std::string(secret.expose());
    registry_.put_key(record);
    return record;
  }
  void put(const store::KeyRecord& record) { registry_.put_key(record); }

  // As a guard asks: again with the body if it is wanted. What is left in `scratch` is of the last check.
  Verdict check(const store::KeyRecord& key, const MadeUp& made, Scratch& scratch) {
    const std::string_view field = secrets_.at(key.key.id);
    Request request;
    request.api_key_fields = {&field, 1};
    request.method = made.method;
    request.target = made.target;
    request.body_state = made.body_state;
    request.body_fits = made.body_fits;
    request.can_filter_answer = made.can_filter_answer;
    request.cost = 0;
    request.secure = true;
    request.client = made.client;
    if (made.body_state == BodyState::kRead) give_body(made, request);
    const Decision* decision = &checker_.check(request, scratch);
    if (decision->outcome == Outcome::kNeedBody) {
      give_body(made, request);
      decision = &checker_.check(request, scratch);
    }
    EXPECT_NE(decision->outcome, Outcome::kNeedBody);
    return {decision->allowed(), decision->reason,        decision->status,
            decision->detail,    decision->filter_answer, decision->permitted};
  }
  Verdict check(const store::KeyRecord& key, const MadeUp& made) {
    Scratch scratch(reader_, recorder_);
    return check(key, made, scratch);
  }
  Scratch make_scratch(usage::Recorder& recorder) { return {reader_, recorder}; }

  // A request as it is, with nothing added.
  const Decision& check(const Request& request, Scratch& scratch) { return checker_.check(request, scratch); }
  const std::string& secret_of(const store::KeyRecord& key) const { return secrets_.at(key.key.id); }
  Instant now() const { return clock_.now(); }

  Tenant tenant;
  ExposureLog exposures;
  registry::Lease lease;  // for ever, unless a test ends it

 private:
  static credential::Peppers make_peppers() {
    std::vector<credential::Peppers::Pepper> list;
    list.push_back({1, Secret(std::string(32, 'p'))});
    return std::move(credential::Peppers::make(std::move(list)).value());
  }
  static void give_body(const MadeUp& made, Request& request) {
    request.body_state = BodyState::kRead;
    request.content_type = "application/json";
    request.body = made.body;
  }

  catalog::LoadResult loaded_;
  credential::Peppers peppers_;
  credential::KeyFormat format_;
  ManualClock clock_;
  SeededRandom random_{42};
  registry::Registry registry_;
  limit::InMemoryLimiter limiter_;
  registry::Registry::Reader reader_;
  usage::Recorder recorder_;
  Checker checker_;
  std::map<KeyId, std::string> secrets_;
};

// Requests of one caller with its habits. What is not of a habit (every channel at once, names that nobody has, bodies that
// can't be seen) comes now and then, in `odd` of a hundred choices.
class Habits {
 public:
  Habits(const catalog::Catalog& catalog, const std::string& access_type, std::uint64_t seed)
      : catalog_(catalog), rng_(seed) {
    const catalog::AccessType& type = *catalog.find_access_type(access_type);
    std::vector<std::uint16_t> all;
    for (const auto& operation : catalog.operations()) {
      if (type.operations.contains(operation.index)) all.push_back(operation.index);
    }
    for (int i = 0; i < 5; ++i) operations_.push_back(all[below(all.size())]);
    for (int i = 0; i < 2; ++i) channels_.push_back(catalog.channels()[below(catalog.channels().size())].id);
    for (int i = 0; i < 3; ++i) attributes_.push_back(catalog.attributes()[below(catalog.attributes().size())].name);
    for (int i = 0; i < 4; ++i)
      clients_.push_back(IpAddress::v4(10, static_cast<std::uint8_t>(below(3)), static_cast<std::uint8_t>(below(3)),
                                       static_cast<std::uint8_t>(below(250))));
    odd_ = below(3) == 0 ? 15 : 0;
  }

  std::size_t below(std::size_t count) { return static_cast<std::size_t>(rng_() % count); }
  bool odd() { return odd_ != 0 && below(100) < odd_; }

  MadeUp next() {
    const catalog::Operation& operation = catalog_.operations()[operations_[below(operations_.size())]];
    MadeUp made;
    made.method = operation.method;
    made.target = operation.path;
    for (std::size_t open; (open = made.target.find('{')) != std::string::npos;) {
      made.target.replace(open, made.target.find('}') - open + 1, "7");
    }
    char before = '?';
    for (const catalog::ParameterPlace& place : operation.query) {
      if (odd()) continue;
      made.target += before + place.name + "=" + value(place.subject) +
                     (odd() ? "&" + place.name + "=" + value(place.subject) : "");
      before = '&';
    }
    if (odd()) made.target += std::string(1, before) + "ChannelID=%zz";
    if (!operation.body.empty()) {
      made.body = body(operation);
      made.body_state = odd() ? BodyState::kHidden : below(12) == 0 ? BodyState::kNone : BodyState::kUnread;
      made.body_fits = !odd();
    }
    made.can_filter_answer = !odd();
    made.client = odd() ? IpAddress{} : clients_[below(clients_.size())];
    return made;
  }

  // Some of the catalog's names, most of the time with those of the habits among them; or nothing, which restricts nothing.
  Restrictions restrictions() {
    Restrictions out;
    if (below(2) == 0)
      out.operations =
          some(operations_, catalog_.operations(), [&](std::uint16_t i) { return catalog_.operations()[i].id; });
    if (below(3) == 0)
      out.channels = some(channels_, catalog_.channels(), [&](std::uint16_t i) { return catalog_.channels()[i].id; });
    if (below(3) == 0)
      out.attributes =
          some(attributes_, catalog_.attributes(), [&](std::uint16_t i) { return catalog_.attributes()[i].name; });
    if (below(3) == 0) out.ip_ranges = {IpRange::parse(below(2) == 0 ? "10.0.0.0/8" : "10.1.0.0/16").value()};
    return out;
  }

 private:
  std::string value(catalog::Subject subject) {
    const bool channel = subject == catalog::Subject::kChannel;
    if (odd()) return channel ? "0" : "Nobody";
    if (odd()) return channel ? "999" : "";
    return channel ? channels_[below(channels_.size())] : attributes_[below(attributes_.size())];
  }

  // A document with a value in the first of its places.
  std::string body(const catalog::Operation& operation) {
    const catalog::BodyPlace& place = operation.body[below(operation.body.size())];
    std::string text = '"' + value(place.subject) + '"';
    if (odd()) return "{}";
    for (auto step = place.path.rbegin(); step != place.path.rend(); ++step) {
      text = step->each() ? "[" + text + "]" : "{\"" + step->member + "\":" + text + "}";
    }
    return text;
  }

  template <class Mine, class All, class Name>
  std::vector<std::string> some(const std::vector<Mine>& mine, const All& all, const Name& name) {
    std::vector<std::string> out;
    const auto add = [&](std::string one) {
      if (std::ranges::find(out, one) == out.end()) out.push_back(std::move(one));
    };
    for (const Mine& one : mine) {
      if (below(4) == 0) continue;
      if constexpr (std::is_same_v<Mine, std::string>) {
        add(one);
      } else {
        add(name(one));
      }
    }
    for (int i = 0; i < 2; ++i) add(name(static_cast<std::uint16_t>(below(all.size()))));
    return out;
  }

  const catalog::Catalog& catalog_;
  std::mt19937_64 rng_;
  std::vector<std::uint16_t> operations_;
  std::vector<std::string> channels_, attributes_;
  std::vector<IpAddress> clients_;
  std::size_t odd_ = 0;
};

}  // namespace latchkey::check
