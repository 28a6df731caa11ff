#include "guard/verify.h"

#include "guard/inbound.h"
#include "guard/limit_answer.h"
#include "guard/limit_fields.h"
#include "guard/problem.h"
#include "guard/report.h"
#include "guard/request_id.h"
#include "guard/trace_context.h"
#include "guard/verify_json.h"

namespace latchkey::guard {
namespace {

// Larger than the gateway's limit for checked bodies, which travels inside as a JSON string.
constexpr std::size_t kMaxInputBytes = 16 * 1024 * 1024;

net::Task<void> respond(net::Exchange& exchange, int status, std::string_view type, std::string_view body, std::string_view request_id,
                        const LimitFields* limits = nullptr) {
  net::ResponseHead head;
  head.status = status;
  head.headers = {{"Content-Type", type}, {"Cache-Control", "no-store"}, {"X-Request-Id", request_id}};
  if (status == 401) head.headers.push_back({"WWW-Authenticate", kAuthenticate});
  if (limits != nullptr) limits->append_to(head.headers);
  (void)co_await exchange.respond(head, body);
}

bool declares_json(const net::RequestHead& head) {
  std::string_view type = head.find("Content-Type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return head.count("Content-Type") == 1 && net::same_name(type, "application/json");
}

std::string simple_problem(int status, std::string_view code, std::string_view title, std::string_view detail, std::string_view id) {
  return fmt::format(R"({{"type":"urn:latchkey:problem:{0}","title":"{1}","status":{2},"detail":"{3}","code":"{0}","request_id":"{4}"}})",
                     code, title, status, detail, id);
}

}  // namespace

Verify::Verify(const check::Checker& checker, const catalog::Catalog& catalog, Lanes& lanes, const Clock& clock)
    : checker_(checker), catalog_(catalog), lanes_(lanes), clock_(clock) {}

net::Task<void> Verify::handle(net::Exchange& exchange) {
  const std::int64_t opened_ns = clock_.steady_ns();
  Lane& lane = lanes_.here();
  const RequestId request_id = lane.request_ids().of(exchange.request());
  if (!declares_json(exchange.request())) {
    const std::string problem = simple_problem(415, "unsupported_media_type", "The body is not declared as JSON",
                                               "Send Content-Type: application/json.", request_id);
    co_await respond(exchange, 415, kProblemType, problem, request_id);
    co_return;
  }
  auto body = co_await net::read_whole_body(exchange, kMaxInputBytes);
  if (!body) {
    const bool large = body.error().code == ErrorCode::kTooLarge;
    const std::string problem = large ? simple_problem(413, "too_large", "The body is too large", "Send at most 16 MiB.", request_id)
                                      : simple_problem(400, "invalid_json", "The body ended early", "Send the request again.", request_id);
    co_await respond(exchange, large ? 413 : 400, kProblemType, problem, request_id);
    co_return;
  }
  VerifyInput input;
  const auto mistakes = read_verify_input(*body, input);
  wipe(*body);
  if (mistakes) {
    const std::string problem = mistakes_json(*mistakes, request_id);
    co_await respond(exchange, mistakes->not_json ? 400 : 422, kProblemType, problem, request_id);
    co_return;
  }

  check::Request request;
  const std::string_view key_field = input.key.expose();
  request.api_key_fields = {&key_field, 1};
  request.method = input.method;
  request.target = input.url;
  request.content_type = input.content_type;
  request.body_state = input.body ? check::BodyState::kRead : check::BodyState::kHidden;
  if (input.body) request.body = *input.body;
  request.can_filter_answer = input.can_filter_answer;
  request.secure = true;  // how the key came to whoever asks is for them to judge
  request.client = input.client;
  request.cost = input.cost;
  request.user_agent = harmless_user_agent(input.user_agent);
  request.request_id = request_id;
  BorrowedScratch scratch(lane);
  Report report(lane, clock_, telemetry::Guard::kVerify, *scratch,
                {.method = input.method,
                 .target = input.url,
                 .request_id = request_id,
                 .trace_id = trace_id_of(exchange.request()),
                 .user_agent = input.user_agent,
                 .client = input.client},
                opened_ns);
  const check::Decision& decision = checker_.check(request, *scratch);
  if (decision.outcome == check::Outcome::kNeedLimits) {
    const auto answer = co_await limit_answer(checker_.limiter(), *scratch);
    request.limits = answer.get();
    checker_.check(request, *scratch);
  }
  const std::string out = verify_json(catalog_, *scratch);
  report.answered(decision.status, out.size());
  co_await respond(exchange, 200, "application/json", out, request_id);
}

OwnApiKey::OwnApiKey(const check::Checker& checker, const catalog::Catalog& catalog, Lanes& lanes,
                     const Clock& clock, store::KeyStore& store, net::WorkerPool& pool, std::vector<IpRange> trusted_proxies)
    : checker_(checker),
      catalog_(catalog),
      lanes_(lanes),
      clock_(clock),
      store_(store),
      pool_(pool),
      trusted_proxies_(std::move(trusted_proxies)) {}

net::Task<void> OwnApiKey::handle(net::Exchange& exchange) {
  const std::int64_t opened_ns = clock_.steady_ns();
  const net::RequestHead& head = exchange.request();
  Lane& lane = lanes_.here();
  const RequestId request_id = lane.request_ids().of(head);
  const Origin origin = find_origin(exchange.peer(), head, trusted_proxies_);
  const Inbound inbound(head, origin);
  BorrowedScratch scratch(lane);
  // No operation of the API: the key alone is judged.
  Report report(lane, clock_, telemetry::Guard::kVerify, *scratch,
                {.method = {},
                 .target = {},
                 .request_id = request_id,
                 .trace_id = trace_id_of(head),
                 .user_agent = head.find("User-Agent"),
                 .client = origin.address},
                opened_ns);
  check::Request request = inbound.request();
  request.cost = 0;  // asking about oneself uses nothing up
  request.user_agent = harmless_user_agent(head.find("User-Agent"));
  request.request_id = request_id;
  const check::Decision& decision = checker_.check(request, *scratch);
  if (!decision.allowed()) {
    const std::string problem = problem_json(problem_of(*scratch), request_id);
    const LimitFields limits = limit_fields(*scratch);
    report.answered(decision.status, problem.size());
    co_await respond(exchange, decision.status, kProblemType, problem, request_id, &limits);
    co_return;
  }
  const KeyId id = decision.key;
  auto found = co_await net::offload(pool_, [this, id] { return store_.find_key(id); });
  if (!found || !*found) {
    const std::string problem = simple_problem(503, "unavailable", "The key's record can't be read now", "Try again shortly.", request_id);
    report.answered(503, problem.size());
    co_await respond(exchange, 503, kProblemType, problem, request_id);
    co_return;
  }
  const std::string body = own_key_json(catalog_, (*found)->key, clock_.now());
  report.answered(200, body.size());
  co_await respond(exchange, 200, "application/json", body, request_id);
}

}  // namespace latchkey::guard
