#include "sample_api/sample_api.h"

#include <mutex>
#include <set>

#include "base/json_text.h"
#include "catalog/catalog.h"
#include "catalog/place_values.h"
#include "sample_api/operations.h"

namespace latchkey {
namespace sample {
namespace {

constexpr std::size_t kPartBytes = 64 * 1024;
constexpr std::size_t kMaxBodyBytes = 16 * 1024 * 1024;
constexpr std::size_t kMaxMessageIds = 100'000;
constexpr std::string_view kGroups[] = {"general",  "model",        "actions",  "groups",           "customers",
                                        "segments", "integrations", "optimail", "transactionalmail"};

// "/current/<group>/<function>" in any case; the function in lower case, or nothing.
std::optional<std::string> function_of(std::string_view path) {
  const std::string lower = catalog::fold_ascii(path);
  static constexpr std::string_view kBase = "/current/";
  if (!lower.starts_with(kBase)) return std::nullopt;
  const std::size_t slash = lower.find('/', kBase.size());
  if (slash == std::string::npos) return std::nullopt;
  const std::string group = lower.substr(kBase.size(), slash - kBase.size());
  if (std::find(std::begin(kGroups), std::end(kGroups), group) == std::end(kGroups)) return std::nullopt;
  return lower.substr(slash + 1);
}

Answer stream(Listing listing, const Asked& asked) {
  if (!listing.row) return {200, std::move(listing.whole), {}};
  Answer answer;
  // Shared by the copies that a std::function may make of its target.
  struct Progress {
    int row = 0, skipped = 0, sent = 0;
  };
  auto progress = std::make_shared<Progress>();
  answer.next = [listing = std::move(listing), top = asked.top, skip = asked.skip, progress](std::string& out) {
    if (progress->row == 0) out += '[';
    while (progress->row < listing.rows && progress->sent < top) {
      auto row = listing.row(progress->row++);
      if (!row || progress->skipped++ < skip) continue;
      out += (progress->sent++ == 0 ? "" : ",") + *row;
      if (out.size() >= kPartBytes) return true;
    }
    out += ']';
    return false;
  };
  return answer;
}

}  // namespace

const std::string* Query::find(std::string_view lower_name) const {
  for (const auto& [name, value] : values) {
    if (name == lower_name) return &value;
  }
  return nullptr;
}

std::optional<Query> parse_query(std::string_view query) {
  Query out;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    auto name = catalog::percent_decode(part.substr(0, equals), true);
    auto value = catalog::percent_decode(part.substr(std::min(equals + 1, part.size())), true);
    if (!name || !value) return std::nullopt;
    out.values.emplace_back(catalog::fold_ascii(*name), std::move(*value));
  }
  return out;
}

Answer refuse(int status, std::string_view message) {
  std::string body = fmt::format("{{\"status\":{},\"error\":\"{}\",\"message\":", status, net::reason_phrase(status));
  append_json_string(body, message);
  return {status, body + "}", {}};
}

struct Api::State {
  std::mutex mutex;
  std::set<std::string> message_ids;  // guarded by mutex; at most kMaxMessageIds
};

Api::Api() : state_(std::make_unique<State>()) {}
Api::~Api() = default;

Answer Api::answer(std::string_view method, std::string_view path, const Query& query, std::string_view body) {
  const auto function = function_of(path);
  if (!function) return refuse(404, "There is no such address.");
  if (is_post(*function)) {
    if (method != "POST") return refuse(405, "This function takes POST.");
    std::string unique_id;
    if (auto problem = check_body(*function, query, body, unique_id)) return refuse(400, *problem);
    if (!unique_id.empty()) {
      const std::lock_guard lock(state_->mutex);
      if (state_->message_ids.size() >= kMaxMessageIds) state_->message_ids.clear();
      if (!state_->message_ids.insert(unique_id).second)
        return refuse(409, "A message with this UniqueMessageID was sent before.");
    }
    if (*function == "sendfinalizedtransactionalmail")
      return {200, R"({"IsSuccess":true,"SendID":235311,"Error":null})", {}};
    return {200, {}, {}};
  }
  const ReadOperation* operation = find_read_operation(*function);
  if (operation == nullptr) return refuse(404, "There is no such function.");
  if (method != "GET" && method != "HEAD") return refuse(405, "This function takes GET.");
  const Asked asked = read_parameters(query);
  if (!asked.problem.empty()) return refuse(400, asked.problem);
  if (!operation->required.empty()) {
    const std::string* value = query.find(catalog::fold_ascii(operation->required));
    if (value == nullptr || value->empty()) return refuse(400, fmt::format("{} must be given.", operation->required));
  }
  return stream(operation->answer(asked), asked);
}

namespace {

net::Task<void> serve(Api& api, net::Exchange& exchange) {
  const net::RequestHead& head = exchange.request();
  const std::string_view path = head.target.substr(0, head.target.find('?'));
  const std::size_t question = head.target.find('?');
  auto body = co_await net::read_whole_body(exchange, kMaxBodyBytes);
  const auto query =
      parse_query(question == std::string_view::npos ? std::string_view{} : head.target.substr(question + 1));
  Answer answer = path == "/healthz" ? Answer{200, R"({"status":"ok"})", {}}
                  : !body            ? refuse(413, "The body is too large.")
                  : !query           ? refuse(400, "The query has a broken percent-encoding.")
                                     : api.answer(head.method, path, *query, *body);
  const bool credential = head.count("X-API-KEY") > 0 || head.count("Authorization") > 0;
  const std::string request_id(head.find("X-Request-Id")), key_id(head.find("X-Latchkey-Key-Id"));
  net::ResponseHead out;
  out.status = answer.status;
  out.headers = {{"Content-Type", "application/json; charset=utf-8"},
                 {"X-Sample-Saw-Credential", credential ? "yes" : "no"}};
  if (!key_id.empty()) out.headers.push_back({"X-Sample-Saw-Key-Id", key_id});
  if (!request_id.empty()) out.headers.push_back({"X-Request-Id", request_id});
  if (!answer.next) {
    (void)co_await exchange.respond(out, answer.body);
    co_return;
  }
  std::string part;
  bool more = answer.next(part);
  if (!more) {
    (void)co_await exchange.respond(out, part);
    co_return;
  }
  auto going = co_await exchange.start(out, std::nullopt);
  while (going) {
    going = co_await exchange.write(part);
    if (!going || !more) break;
    part.clear();
    more = answer.next(part);
  }
  if (going) (void)co_await exchange.finish();
}

}  // namespace
}  // namespace sample

net::Handler make_sample_api() {
  return [api = std::make_shared<sample::Api>()](net::Exchange& exchange) { return sample::serve(*api, exchange); };
}

}  // namespace latchkey
