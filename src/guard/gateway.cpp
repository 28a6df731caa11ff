#include "guard/gateway.h"

#include "base/check.h"
#include "base/log.h"
#include "guard/inbound.h"
#include "guard/limit_answer.h"
#include "guard/limit_fields.h"
#include "guard/relay_headers.h"
#include "guard/report.h"
#include "guard/request_id.h"
#include "guard/trace_context.h"

namespace latchkey::guard {
namespace {

// Safe to send again when a pooled connection turns out to have been closed (RFC 9110, 9.2.2).
bool may_repeat(const net::RequestHead& head, bool has_body) {
  return !has_body && (head.method == "GET" || head.method == "HEAD" || head.method == "OPTIONS" || head.method == "PUT" ||
                       head.method == "DELETE");
}

Problem upstream_problem(const Error& error) {
  const bool timeout = error.code == ErrorCode::kTimeout;
  if (error.code == ErrorCode::kCorrupt) {
    return {DenyReason::kUpstreamAnswerUnreadable, 502, "The API's answer was not valid HTTP; nothing of it was passed on."};
  }
  return {DenyReason::kUpstreamUnreachable, timeout ? 504 : 502,
          timeout ? "The API did not answer in time; try again, and tell its operator if it stays so."
                  : "The API could not be reached; try again, and tell its operator if it stays so."};
}

bool is_json(std::string_view content_type) {
  const std::size_t semicolon = content_type.find(';');
  std::string_view type = content_type.substr(0, semicolon);
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (!catalog::equal_ignoring_ascii_case(type, "application/json") &&
      !(type.size() > 5 && catalog::equal_ignoring_ascii_case(type.substr(type.size() - 5), "+json"))) {
    return false;
  }
  if (semicolon == std::string_view::npos) return true;
  const std::string parameters = catalog::fold_ascii(content_type.substr(semicolon + 1));
  const std::size_t charset = parameters.find("charset");
  return charset == std::string::npos || parameters.find("utf-8", charset) != std::string::npos;
}

// Why an answer that must be filtered can't be, or empty.
std::string_view unfilterable(const net::ResponseHead& head) {
  if (head.status == 206) return "The API answered a part only, which can't be filtered.";
  const std::string_view encoding = head.find("Content-Encoding");
  if (!encoding.empty() && !catalog::equal_ignoring_ascii_case(encoding, "identity")) {
    return "The API compressed its answer although it was asked not to, so it can't be filtered.";
  }
  if (head.count("Content-Type") != 1 || !is_json(head.find("Content-Type"))) {
    return "The API answered something other than JSON, which can't be filtered.";
  }
  return {};
}

bool has_no_body(int status) { return status == 204 || status == 205 || status == 304; }

}  // namespace

struct Gateway::Passage {
  Passage(net::Exchange& its_exchange, Lane& lane, const Clock& clock, const RequestId& its_request_id, const Origin& its_origin)
      : exchange(its_exchange),
        scratch(lane),
        request_id(its_request_id),
        origin(its_origin),
        report(lane, clock, telemetry::Guard::kGateway, *scratch,
               {.method = exchange.request().method,
                .target = exchange.request().target,
                .request_id = request_id,
                .trace_id = trace_id_of(exchange.request()),
                .user_agent = exchange.request().find("User-Agent"),
                .client = origin.address},
               clock.steady_ns()) {}

  net::Exchange& exchange;
  BorrowedScratch scratch;
  RequestId request_id;
  Origin origin;
  Report report;  // closes before what it looks at goes
  LimitFields limits;
  std::string body;  // when it was read for the check
  bool body_read = false;
  CallerFacts facts;
  std::vector<net::Header> fields;
  std::string target;
  std::unique_ptr<net::UpstreamCall> call;

  const check::Decision& decision() const { return scratch->decision; }
};

Gateway::Gateway(const check::Checker& checker, const catalog::Catalog& catalog, Lanes& lanes, const Clock& clock,
                 GatewayOptions options, const std::vector<net::Loop*>& loops)
    : checker_(checker), catalog_(catalog), lanes_(lanes), clock_(clock), options_(std::move(options)) {
  for (net::Loop* loop : loops) {
    pools_.emplace_back(loop, std::make_unique<net::UpstreamPool>(options_.upstream, options_.limits));
  }
}

net::UpstreamPool& Gateway::pool_here() {
  net::Loop* const loop = &net::Loop::current();
  for (auto& [owner, pool] : pools_) {
    if (owner == loop) return *pool;
  }
  LK_CHECK(false);
}

net::Task<void> Gateway::handle(net::Exchange& exchange) {
  Lane& lane = lanes_.here();
  Passage passage(exchange, lane, clock_, lane.request_ids().of(exchange.request()),
                  find_origin(exchange.peer(), exchange.request(), options_.trusted_proxies));
  const bool allowed = co_await judge(passage);
  if (allowed) co_await forward(passage);
}

// True if the request may go on; otherwise it has been answered.
net::Task<bool> Gateway::judge(Passage& passage) {
  net::Exchange& exchange = passage.exchange;
  const net::RequestHead& head = exchange.request();
  const Inbound inbound(head, passage.origin);
  check::Request request = inbound.request();
  request.method = head.method;
  request.target = head.target;
  request.can_filter_answer = true;
  request.user_agent = harmless_user_agent(head.find("User-Agent"));
  request.request_id = passage.request_id;
  request.answer_follows = true;
  request.body_state = exchange.has_body() ? check::BodyState::kUnread : check::BodyState::kNone;
  const std::optional<std::uint64_t> length = exchange.content_length();
  request.body_fits = length && *length <= std::min<std::uint64_t>(options_.max_checked_body_bytes, options_.max_body_bytes) &&
                      head.count("Content-Encoding") == 0;

  const check::Decision* decision = &checker_.check(request, *passage.scratch);
  if (decision->outcome == check::Outcome::kNeedBody) {
    auto body = co_await net::read_whole_body(exchange, options_.max_checked_body_bytes);
    if (!body) {
      const bool too_large = body.error().code == ErrorCode::kTooLarge;
      const Problem problem{DenyReason::kRequestUnreadable, too_large ? 413 : 400,
                            too_large ? "The body is too large to be checked against this API key's restrictions; send it in parts."
                                      : "The body ended early or was not valid HTTP; send the request again."};
      co_await answer_own_problem(passage, problem);
      co_return false;
    }
    passage.body = std::move(*body);
    passage.body_read = true;
    // A repeated field has no single reading, so none is given: the body is then refused as of no known type.
    request.content_type = head.count("Content-Type") == 1 ? head.find("Content-Type") : std::string_view{};
    request.body = passage.body;
    request.body_state = check::BodyState::kRead;
    if (!head.find("Content-Encoding").empty()) {
      const Problem problem{DenyReason::kRequestUnreadable, 415,
                            "The body is compressed, so it can't be checked; send it without Content-Encoding."};
      co_await answer_own_problem(passage, problem);
      co_return false;
    }
    decision = &checker_.check(request, *passage.scratch);
  }
  if (decision->outcome == check::Outcome::kNeedLimits) {
    const auto answer = co_await limit_answer(checker_.limiter(), *passage.scratch);
    request.limits = answer.get();
    decision = &checker_.check(request, *passage.scratch);
  }
  passage.limits = limit_fields(*passage.scratch);
  if (!decision->allowed()) {
    const Problem problem = problem_of(*passage.scratch);
    co_await answer_problem(passage, problem);
    co_return false;
  }
  co_return true;
}

net::Task<void> Gateway::forward(Passage& passage) {
  const net::RequestHead& head = passage.exchange.request();
  const check::Decision& decision = passage.decision();
  const bool believed = any_contains(options_.trusted_proxies, passage.exchange.peer().address);
  const std::string_view chain = believed ? head.find("X-Forwarded-For") : std::string_view{};
  passage.facts = {.key = decision.key.to_string(),
                   .tenant = decision.tenant.to_string(),
                   .access_type = std::string(decision.access_type),
                   .request_id = std::string(passage.request_id),
                   .forwarded_for = (chain.empty() ? "" : std::string(chain) + ", ") + passage.exchange.peer().address.to_string(),
                   .forwarded_proto = passage.exchange.peer().tls || (believed && passage.origin.secure) ? "https" : "http",
                   .forwarded_host = std::string(head.find("Host"))};
  passage.fields = fields_for_upstream(head, passage.facts, decision.filter_answer);
  const catalog::NormalTarget& target = passage.scratch->target;
  passage.target = options_.upstream.base_path;
  passage.target.append(target.path);
  if (target.has_query) passage.target.append("?").append(target.query);

  auto answered = co_await exchange_heads(passage);
  if (!answered) {
    if (answered.error().code == ErrorCode::kTooLarge) {
      const Problem problem{DenyReason::kRequestUnreadable, 413, "The body is larger than this gateway passes on."};
      co_await answer_own_problem(passage, problem);
    } else if (answered.error().code == ErrorCode::kInvalidArgument) {
      passage.report.refused(DenyReason::kRequestUnreadable, "The body ended early.");
      passage.exchange.abort();  // the caller's own body broke off; nobody is there to read an answer
    } else {
      log::warn("gateway.upstream_failed", {{"request_id", passage.request_id}, {"error", answered.error().message},
                                            {"detail", answered.error().detail}});
      const Problem problem = upstream_problem(answered.error());
      co_await answer_own_problem(passage, problem);
    }
    co_return;
  }
  const net::ResponseHead& answer_head = **answered;
  const bool filter = decision.filter_answer && answer_head.status >= 200 && answer_head.status < 300 && !has_no_body(answer_head.status);
  if (filter) {
    co_await answer_filtered(passage, answer_head);
  } else {
    co_await answer(passage, answer_head);
  }
}

// Sends the request and reads the answer's head, once more if a pooled connection had died meanwhile.
net::Task<Result<const net::ResponseHead*>> Gateway::exchange_heads(Passage& passage) {
  const bool has_body = passage.exchange.has_body();
  passage.report.upstream_asked();
  for (bool fresh = false;; fresh = true) {
    auto opened = co_await pool_here().open(fresh);
    if (!opened) co_return std::unexpected(opened.error());
    passage.call = std::move(*opened);
    const bool reused = passage.call->reused();
    Result<void> sent = co_await send(passage, *passage.call);
    if (!sent && (sent.error().code == ErrorCode::kTooLarge || sent.error().code == ErrorCode::kInvalidArgument)) {
      co_return std::unexpected(sent.error());
    }
    // An upstream may answer without having read the whole body; what it says counts more than that writing failed.
    auto head = co_await passage.call->read_head();
    if (head) {
      passage.report.upstream_answered((*head)->status);
      co_return *head;
    }
    const bool closed = head.error().code == ErrorCode::kClosed;
    if (!(closed && reused && !fresh && (may_repeat(passage.exchange.request(), has_body) || passage.body_read))) {
      co_return std::unexpected(head.error());
    }
  }
}

// kInvalidArgument: the caller's body broke off. kTooLarge: it is over the limit. Others: the upstream's fault.
net::Task<Result<void>> Gateway::send(Passage& passage, net::UpstreamCall& call) {
  net::Exchange& exchange = passage.exchange;
  net::BodyFraming framing = net::BodyFraming::none();
  if (passage.body_read) {
    framing = net::BodyFraming::of_length(passage.body.size());
  } else if (exchange.has_body()) {
    const auto length = exchange.content_length();
    if (length && *length > options_.max_body_bytes) co_return fail(ErrorCode::kTooLarge, "The body is too large.");
    framing = length ? net::BodyFraming::of_length(*length) : net::BodyFraming::chunked();
  }
  auto sent = co_await call.send_head(exchange.request().method, passage.target, passage.fields, framing);
  if (!sent) co_return sent;
  if (framing.kind == net::BodyFraming::Kind::kNone) co_return Result<void>{};
  if (passage.body_read) {
    auto written = co_await call.write_body(passage.body);
    if (!written) co_return written;
  } else {
    for (;;) {
      auto part = co_await exchange.read_body(options_.max_body_bytes);
      if (!part && part.error().code == ErrorCode::kTooLarge) co_return std::unexpected(part.error());
      if (!part) co_return fail(ErrorCode::kInvalidArgument, "The caller's body broke off.", part.error().message);
      if (part->empty()) break;
      auto written = co_await call.write_body(*part);
      if (!written) co_return written;
    }
  }
  auto finished = co_await call.finish_body();
  co_return finished;
}

net::Task<void> Gateway::answer(Passage& passage, const net::ResponseHead& head) {
  net::Exchange& exchange = passage.exchange;
  net::ResponseHead out;
  out.status = head.status;
  out.headers = fields_for_caller(head, passage.request_id, passage.limits, false);
  // A redirect's body is for people; where answers must be filtered it is not passed on.
  const bool drop_body = passage.decision().filter_answer && head.status >= 300 && head.status < 400;
  if (has_no_body(head.status) || drop_body) {
    auto sent = co_await exchange.respond(out, {});
    if (sent) passage.report.answered(out.status);
    co_return;
  }
  auto started = co_await exchange.start(out, passage.call->content_length());
  if (started) passage.report.answered(out.status);
  while (started) {
    auto part = co_await passage.call->read_body();
    if (!part) {
      log::warn("gateway.answer_cut_off", {{"request_id", passage.request_id}, {"error", part.error().message}});
      exchange.abort();
      co_return;
    }
    if (part->empty()) break;
    const std::size_t bytes = part->size();
    started = co_await exchange.write(*part);
    if (started) passage.report.wrote(bytes);
  }
  if (started) (void)co_await exchange.finish();
}

net::Task<void> Gateway::answer_filtered(Passage& passage, const net::ResponseHead& head) {
  net::Exchange& exchange = passage.exchange;
  if (const std::string_view why = unfilterable(head); !why.empty()) {
    const Problem problem{DenyReason::kUpstreamAnswerUnreadable, 502, why};
    co_await answer_own_problem(passage, problem);
    co_return;
  }
  net::ResponseHead out;
  out.status = head.status;
  out.headers = fields_for_caller(head, passage.request_id, passage.limits, true);
  catalog::AnswerFilter filter(catalog_, *passage.decision().operation, passage.decision().permitted,
                               passage.scratch->asked.positional);
  std::string passed;
  for (bool ended = false; !ended;) {
    auto part = co_await passage.call->read_body();
    Result<void> filtered;
    if (!part) {
      filtered = std::unexpected(part.error());
    } else {
      ended = part->empty();
      filtered = ended ? filter.finish(passed) : filter.feed(*part, passed);
    }
    if (!filtered) {
      log::warn("gateway.answer_unreadable", {{"request_id", passage.request_id}, {"operation", passage.decision().operation->id},
                                              {"error", filtered.error().message}, {"detail", filtered.error().detail}});
      if (exchange.started()) {
        passage.report.refused(DenyReason::kUpstreamAnswerUnreadable, "The API's answer could not be filtered to its end, so it was cut off.");
        exchange.abort();
      } else {
        const Problem problem{DenyReason::kUpstreamAnswerUnreadable, 502,
                              "The API's answer was not of the shape that its catalog describes, so it could not be "
                              "filtered and nothing of it was passed on."};
        co_await answer_own_problem(passage, problem);
      }
      co_return;
    }
    if (passed.empty() && !ended) continue;
    if (!exchange.started()) {
      auto started = co_await exchange.start(out, std::nullopt);
      if (!started) co_return;
      passage.report.answered(out.status);
    }
    if (!passed.empty()) {
      auto written = co_await exchange.write(passed);
      if (!written) co_return;
      passage.report.wrote(passed.size());
      passed.clear();
    }
  }
  (void)co_await exchange.finish();
}

// Of what the gateway itself found; what the check denied is in its decision.
net::Task<void> Gateway::answer_own_problem(Passage& passage, const Problem& problem) {
  passage.report.refused(problem.reason, problem.detail);
  co_await answer_problem(passage, problem);
}

net::Task<void> Gateway::answer_problem(Passage& passage, const Problem& problem) {
  const std::string body = problem_json(problem, passage.request_id);
  net::ResponseHead head;
  head.status = problem.status;
  head.headers = {{"Content-Type", kProblemType}, {"Cache-Control", "no-store"}, {"X-Request-Id", passage.request_id}};
  if (problem.status == 401) head.headers.push_back({"WWW-Authenticate", kAuthenticate});
  passage.limits.append_to(head.headers);
  auto sent = co_await passage.exchange.respond(head, body);
  if (sent) passage.report.answered(problem.status, passage.exchange.request().method == "HEAD" ? 0 : body.size());
}

}  // namespace latchkey::guard
