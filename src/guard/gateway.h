// The gateway: checks each request and passes what is allowed to the upstream, both bodies streamed, answers filtered
// where the check says so. The upstream never sees the key; it sees who called in X-Latchkey-Key-Id, -Tenant and
// -Access-Type, which callers can't forge.
//
//   Gateway gateway(services, options, loops);
//   net::Server server(listen, [&](net::Exchange& e) { return gateway.handle(e); });
//
// Made before the loops run, destroyed after they stopped.
#pragma once
#include <memory>
#include <vector>

#include "catalog/answer_filter.h"
#include "check/check.h"
#include "guard/lanes.h"
#include "guard/problem.h"
#include "net/server.h"
#include "net/upstream.h"

namespace latchkey::guard {

struct GatewayOptions {
  net::Url upstream;
  net::UpstreamLimits limits;
  std::vector<IpRange> trusted_proxies;
  // The longest body that is read whole because a restriction depends on it; others stream through.
  std::size_t max_checked_body_bytes = 8 * 1024 * 1024;
  std::uint64_t max_body_bytes = std::uint64_t{1} << 30;
};

class Gateway {
 public:
  Gateway(const check::Checker& checker, const catalog::Catalog& catalog, Lanes& lanes, const Clock& clock,
          GatewayOptions options, const std::vector<net::Loop*>& loops);
  net::Task<void> handle(net::Exchange& exchange);

 private:
  struct Passage;  // one request on its way

  net::UpstreamPool& pool_here();
  net::Task<bool> judge(Passage& passage);
  net::Task<void> forward(Passage& passage);
  net::Task<Result<void>> send(Passage& passage, net::UpstreamCall& call);
  net::Task<Result<const net::ResponseHead*>> exchange_heads(Passage& passage);
  net::Task<void> answer(Passage& passage, const net::ResponseHead& head);
  net::Task<void> answer_filtered(Passage& passage, const net::ResponseHead& head);
  net::Task<void> answer_own_problem(Passage& passage, const Problem& problem);
  net::Task<void> answer_problem(Passage& passage, const Problem& problem);

  const check::Checker& checker_;
  const catalog::Catalog& catalog_;
  Lanes& lanes_;
  const Clock& clock_;
  const GatewayOptions options_;
  std::vector<std::pair<net::Loop*, std::unique_ptr<net::UpstreamPool>>> pools_;
};

}  // namespace latchkey::guard
