// The check: may this request be made? The same function decides for every guard (gateway, forward auth, verify).
//
//   Checker checker(registry, catalog, peppers, format, clock, limiter);
//   Scratch scratch(reader, recorder);               // one per exchange; reused
//   const Decision& d = checker.check(request, scratch);
//   if (d.outcome == Outcome::kNeedBody) { read it; request.body_state = BodyState::kRead; ...check again }
//   if (d.outcome == Outcome::kNeedLimits) { ask_limits(scratch, question); ...; request.limits = &question; ...check again }
//
// No I/O, no lock but those of the limiter, and no allocation for an allowed request (path parameters, lists of channels or
// attributes, and the first requests in a window aside).
// Checker is thread-safe, as its limiter is; a Scratch is used by one thread at a time.
#pragma once
#include <span>
#include <string_view>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "catalog/path.h"
#include "catalog/read_request.h"
#include "check/decision.h"
#include "check/exposure_log.h"
#include "core/ip.h"
#include "credential/digest.h"
#include "credential/format.h"
#include "limit/failure_limiter.h"
#include "limit/limiter.h"
#include "registry/lease.h"
#include "registry/registry.h"
#include "usage/recorder.h"

namespace latchkey::check {

enum class BodyState {
  kNone,    // the request has no body
  kUnread,  // it has one, which the guard can read if asked to (Outcome::kNeedBody)
  kRead,    // it is in `body`, whole
  kHidden,  // it may have one, which this guard can't see
};

struct Request {
  // Values of X-API-KEY and of Authorization, one per field line, in order.
  std::span<const std::string_view> api_key_fields;
  std::span<const std::string_view> authorization_fields;
  std::string_view method;           // empty: judge the key alone, without an operation
  std::string_view target;           // as received: path and query
  std::string_view method_override;  // of X-HTTP-Method-Override and its kin, if any was sent
  BodyState body_state = BodyState::kNone;
  std::string_view content_type;
  std::string_view body;
  // Of an unread body: that reading it whole can't fail for its length or its coding. Only then it is asked for where the
  // decision doesn't depend on it (restrictions on trial).
  bool body_fits = false;
  bool can_filter_answer = false;
  // What it counts for; absent: as much as the catalog says. 0: nothing, and no limit is asked.
  std::optional<std::uint32_t> cost;
  // What the limiter has answered to Outcome::kNeedLimits; its standings are taken out of it.
  limit::Question* limits = nullptr;
  bool secure = false;  // came by TLS, or over loopback
  IpAddress client;
  // For the record:
  std::string_view user_agent;
  std::string_view request_id;
  // The guard has an answer to fetch, and records the use (Scratch::use) when it knows what became of it.
  bool answer_follows = false;
};

// What restrictions on trial say of a request; see usage::Tried.
struct Tried {
  std::int64_t trial = 0;
  std::optional<usage::Outcome> outcome;
  std::string detail;
};

// What a check needs beside its request, reused so that nothing is allocated, and where its results live.
class Scratch {
 public:
  // Both are the thread's own and may be shared by all of its scratches.
  Scratch(registry::Registry::Reader& its_reader, usage::Recorder& its_recorder)
      : reader(its_reader), recorder(its_recorder) {}

  registry::Registry::Reader& reader;
  usage::Recorder& recorder;
  // Of the last check, for the guard: the normal form to send upstream, and what was asked for.
  catalog::NormalTarget target;
  catalog::Match match;
  catalog::Asked asked;
  std::optional<std::string> unread;  // why path or query has no single reading of what it asks for
  Decision decision;
  // How the limits and quotas stand that the last check asked; empty if it asked none.
  std::vector<limit::Standing> standings;
  std::uint32_t cost = 0;  // of a check that needs limits: what it counts for
  catalog::Asked asked_on_trial;
  Tried tried;
  usage::Observed observed;  // of an allowed request; views into `asked`
  // Of the last check, if the key is known: what is recorded of it. Views into the request and the decision.
  usage::Use use;
};

class Checker {
 public:
  Checker(const registry::Registry& registry, const catalog::Catalog& catalog, const credential::Peppers& peppers,
          credential::KeyFormat format, const Clock& clock, limit::Limiter& limiter,
          limit::FailureLimiter* failures = nullptr,  // without it, requests without a good key are not limited
          ExposureLog* exposures = nullptr,           // without it, nobody hears of exposed secrets
          const registry::Lease* lease = nullptr);    // without it, what the registry knows holds whenever it is asked

  const Decision& check(const Request& request, Scratch& scratch) const;
  // Whom to ask after Outcome::kNeedLimits.
  limit::Limiter& limiter() const { return limiter_; }

 private:
  const Decision& decide(const Request& request, Scratch& scratch, Instant now) const;
  const Decision& deny_stranger(Decision& decision, const IpAddress& client, DenyReason reason,
                                std::string detail) const;
  // By its digest under the current pepper (that of an imported one if it is not of our form), which the caller has made
  // already, then further.
  std::optional<registry::LiveKey> look_up(std::string_view secret, const credential::Digest& current,
                                           const registry::Registry::Pin& pin) const;
  // Under the other peppers, and, while imported secrets are here, as one of those.
  std::optional<registry::LiveKey> look_further(std::string_view secret, const registry::Registry::Pin& pin) const;
  // Whether a secret of another form than ours can be a key's at all.
  bool may_be_imported(std::string_view secret) const;
  credential::Digest imported_digest(std::string_view secret) const;  // under the current pepper
  const Decision& deny_as_stale(Decision& decision) const;
  const Decision& deny_malformed(Decision& decision, const IpAddress& client) const;
  // That this secret was sent like that, into the decision, if it is one that works.
  void note_exposure(std::string_view secret, Exposure how, const registry::Registry::Pin& pin, Instant now,
                     Decision& decision) const;
  // The operation that a request names, and what its path and query ask for, into the scratch. They depend on the request
  // alone.
  std::optional<std::string_view> read_operation(const Request& request, Scratch& scratch) const;

  const registry::Registry& registry_;
  const catalog::Catalog& catalog_;
  const credential::Peppers& peppers_;
  const credential::KeyFormat format_;
  const Clock& clock_;
  limit::Limiter& limiter_;
  limit::FailureLimiter* const failures_;
  ExposureLog* const exposures_;
  const registry::Lease* const lease_;
};

}  // namespace latchkey::check
