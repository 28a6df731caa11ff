#include "guard/forward_auth.h"

#include "guard/id_text.h"
#include "guard/inbound.h"
#include "guard/limit_answer.h"
#include "guard/original_request.h"
#include "guard/problem.h"
#include "guard/trace_context.h"

namespace latchkey::guard {
namespace {

// The status of `?deny_as=`, or 0 for the true one.
int deny_as(std::string_view target) {
  const std::size_t question = target.find('?');
  const std::string_view query = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
  if (query == "deny_as=403") return 403;
  if (query == "deny_as=401") return 401;
  return 0;
}

}  // namespace

ForwardAuth::ForwardAuth(const check::Checker& checker, Lanes& lanes, const Clock& clock, ForwardAuthOptions options)
    : checker_(checker), lanes_(lanes), clock_(clock), options_(std::move(options)) {}

net::Task<void> ForwardAuth::answer_denied(net::Exchange& exchange, const BorrowedScratch& scratch, Report& report,
                                           const RequestId& request_id) {
  const check::Decision& decision = scratch->decision;
  const std::string body = problem_json(problem_of(*scratch), request_id);
  const int as = deny_as(exchange.request().target);
  const std::string status = std::to_string(decision.status);
  net::ResponseHead& head = scratch.answer();
  head.status = as != 0 ? as : decision.status;
  head.headers = {{"Content-Type", kProblemType}, {"Cache-Control", "no-store"}, {"X-Request-Id", request_id}};
  if (head.status == 401) head.headers.push_back({"WWW-Authenticate", kAuthenticate});
  if (as != 0) {
    head.headers.push_back({"X-Latchkey-Status", status});
    head.headers.push_back({"X-Latchkey-Problem", body});
    if (decision.status == 401) head.headers.push_back({"X-Latchkey-Www-Authenticate", kAuthenticate});
  }
  scratch.limits().append_to(head.headers);
  auto sent = co_await exchange.respond(head, body);
  if (sent) report.answered(decision.status, body.size());
}

net::Task<void> ForwardAuth::answer_allowed(net::Exchange& exchange, const BorrowedScratch& scratch, Report& report,
                                            const RequestId& request_id) {
  const check::Decision& decision = scratch->decision;
  const IdText key(decision.key), tenant(decision.tenant);
  net::ResponseHead& answer = scratch.answer();
  answer.headers = {{"X-Latchkey-Key-Id", key.view()},
                    {"X-Latchkey-Tenant", tenant.view()},
                    {"X-Latchkey-Access-Type", decision.access_type},
                    {"X-Request-Id", request_id},
                    {"Cache-Control", "no-store"}};
  scratch.limits().append_to(answer.headers);
  auto sent = co_await exchange.respond(answer, {});
  if (sent) report.answered(answer.status);
}

net::Task<void> ForwardAuth::handle(net::Exchange& exchange) {
  const std::int64_t opened_ns = clock_.steady_ns();
  const net::RequestHead& head = exchange.request();
  Lane& lane = lanes_.here();
  const RequestId request_id = lane.request_ids().of(head);
  BorrowedScratch scratch(lane);
  const Origin origin = find_origin(exchange.peer(), head, options_.trusted_proxies);
  const Inbound inbound(head, origin);
  check::Request request = inbound.request();
  const OriginalRequest original = original_request(head);
  Report report(lane, clock_, telemetry::Guard::kForwardAuth, *scratch,
                {.method = original.method,
                 .target = original.target,
                 .request_id = request_id,
                 .trace_id = trace_id_of(head),
                 .user_agent = head.find("User-Agent"),
                 .client = origin.address},
                opened_ns);
  if (!original.problem.empty()) {
    check::Decision& decision = scratch->decision;
    decision = check::Decision{};
    scratch->standings.clear();
    decision.reason = DenyReason::kAmbiguousRequest;
    decision.status = http_status(decision.reason);
    decision.detail = original.problem;
    co_await answer_denied(exchange, scratch, report, request_id);
    co_return;
  }
  request.method = original.method;
  request.target = original.target;
  request.body_state = check::BodyState::kHidden;
  request.user_agent = harmless_user_agent(head.find("User-Agent"));
  request.request_id = request_id;

  const check::Decision& decision = checker_.check(request, *scratch);
  if (decision.outcome == check::Outcome::kNeedLimits) {
    const auto answer = co_await limit_answer(checker_.limiter(), *scratch);
    request.limits = answer.get();
    checker_.check(request, *scratch);
  }
  if (decision.allowed()) {
    co_await answer_allowed(exchange, scratch, report, request_id);
  } else {
    co_await answer_denied(exchange, scratch, report, request_id);
  }
}

}  // namespace latchkey::guard
