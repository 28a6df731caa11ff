#include "store/postgres/session.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>

#include <fmt/format.h>

#include "store/postgres/errors.h"

namespace latchkey::store::postgres {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const {
    for (PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
      if (option->val != nullptr) wipe(option->val, std::strlen(option->val));
    }
    PQconninfoFree(options);
  }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

// What libpq says of a text that it can't read may quote the password, so it is not passed on.
Result<Options> parse(const Secret& conninfo) {
  char* message = nullptr;
  const std::string text(conninfo.expose());
  Options options(PQconninfoParse(text.c_str(), &message));
  PQfreemem(message);
  if (options) return options;
  return fail(ErrorCode::kInvalidArgument,
              "The address of the database cannot be read. It is a URL like postgres://user@host/database.");
}

// Where the address does not say otherwise. A lost network is noticed within seconds; of several hosts the one that can be
// written to is taken.
constexpr std::pair<const char*, const char*> kDefaults[] = {
    {"connect_timeout", "3"},        {"keepalives_idle", "5"},      {"keepalives_interval", "2"},
    {"keepalives_count", "3"},       {"tcp_user_timeout", "10000"}, {"target_session_attrs", "read-write"},
    {"application_name", "latchkey"}};

// libpq gives a list of hosts up at the first one that accepts a connection and then closes it, as a proxy does whose
// server is gone. So each is tried by itself.
bool lists_hosts(std::string_view keyword) { return keyword == "host" || keyword == "hostaddr" || keyword == "port"; }

std::size_t count_hosts(const PQconninfoOption* options) {
  std::size_t hosts = 1;
  for (; options->keyword != nullptr; ++options) {
    if (options->val == nullptr || !lists_hosts(options->keyword)) continue;
    hosts = std::max(hosts, 1 + static_cast<std::size_t>(std::ranges::count(std::string_view(options->val), ',')));
  }
  return hosts;
}

// One port may be that of all hosts.
std::string part_of(std::string_view list, std::size_t number) {
  if (!list.contains(',')) return std::string(list);
  for (; number > 0; --number) list.remove_prefix(std::min(list.size(), list.find(',') + 1));
  return std::string(list.substr(0, list.find(',')));
}

std::string first_line(const char* text) {
  const std::string_view whole = text == nullptr ? "" : text;
  return std::string(whole.substr(0, whole.find('\n')));
}

std::string_view field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// Without the server's DETAIL, which quotes what was to be stored.
Error error_of(const PGresult* result) {
  std::string detail(field(result, PG_DIAG_MESSAGE_PRIMARY));
  if (const auto constraint = field(result, PG_DIAG_CONSTRAINT_NAME); !constraint.empty()) {
    detail += fmt::format(" ({})", constraint);
  }
  if (detail.empty()) detail = first_line(PQresultErrorMessage(result));
  return error_from(field(result, PG_DIAG_SQLSTATE), std::move(detail));
}

bool failed(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_PIPELINE_SYNC: return false;
    default: return true;
  }
}

}  // namespace

Result<Settings> Settings::parse(Secret url) {
  LK_TRY(postgres::parse(url));
  Settings settings;
  settings.conninfo = std::move(url);
  return settings;
}

Settings Settings::copy() const {
  Settings other;
  other.conninfo = Secret::copy_of(conninfo.expose());
  other.learned = learned;
  other.lock = lock;
  other.notify = notify;
  other.statement_ms = statement_ms;
  other.idle_in_transaction_ms = idle_in_transaction_ms;
  other.settle_ms = settle_ms;
  return other;
}

Result<std::unique_ptr<Session>> Session::open(const Settings& settings) {
  LK_ASSIGN(const Options options, parse(settings.conninfo));
  const std::size_t hosts = count_hosts(options.get()), first = settings.learned->host.load();
  Result<std::unique_ptr<Session>> opened = nullptr;
  for (std::size_t i = 0; i < hosts; ++i) {
    const std::size_t host = (first + i) % hosts;
    opened = open_one(settings, options.get(), host);
    if (!opened) continue;
    settings.learned->host.store(host);
    break;
  }
  return opened;
}

Result<std::unique_ptr<Session>> Session::open_one(const Settings& settings, const PQconninfoOption* options,
                                                   std::size_t host) {
  std::vector<const char*> names, values;
  std::deque<std::string> parts;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    const char* value = option->val;
    if (value != nullptr && lists_hosts(option->keyword)) value = parts.emplace_back(part_of(value, host)).c_str();
    for (const auto& [name, standard] : kDefaults) {
      const bool unsaid =
          value == nullptr || (std::string_view(name) == "target_session_attrs" && std::string_view(value) == "any");
      if (unsaid && std::string_view(name) == option->keyword) value = standard;
    }
    if (value == nullptr) continue;
    names.push_back(option->keyword);
    values.push_back(value);
  }
  for (const auto& [name, value] :
       {std::pair{"client_encoding", "UTF8"}, std::pair{"fallback_application_name", "latchkey"}}) {
    names.push_back(name);
    values.push_back(value);
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  // The server has a little less time than we have, so that its answer comes in time.
  const std::int64_t deadline_ms = settings.statement_ms == 0 ? 0 : settings.statement_ms + 1'000;
  const std::int64_t opened_ns = SystemClock().steady_ns();
  std::unique_ptr<Session> session(new Session(PQconnectdbParams(names.data(), values.data(), 0), deadline_ms,
                                               settings.learned, opened_ns));
  LK_TRY(session->prepare_session(settings));
  return session;
}

Session::~Session() { PQfinish(handle_); }

Result<void> Session::prepare_session(const Settings& settings) {
  if (!alive()) {
    // The state is not told for what fails while connecting; the sentences that operators need are few.
    const std::string detail = first_line(PQerrorMessage(handle_));
    const auto says = [&](std::string_view part) { return detail.find(part) != std::string::npos; };
    if (says("password authentication failed") || says("no password supplied") || says("pg_hba.conf")) {
      return std::unexpected(error_from("28000", detail));
    }
    if (says("database") && says("does not exist")) return std::unexpected(error_from("3D000", detail));
    if (says("too many c") || says("remaining connection slots")) return std::unexpected(error_from("53300", detail));
    return std::unexpected(lost_error(detail));
  }
  PQsetnonblocking(handle_, 1);
  PQsetNoticeReceiver(handle_, &Session::note_notice, this);
  LK_TRY(run(fmt::format("SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}",
                         settings.statement_ms, settings.idle_in_transaction_ms)
                 .c_str()));
  return {};
}

void Session::note_notice(void* session, const PGresult* notice) {
  if (field(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING") static_cast<Session*>(session)->warned_ = true;
}

Error Session::lose(std::string detail) {
  broken_ = true;
  return lost_error(std::move(detail));
}

// ---- waiting

// Until the descriptor is ready for one of these, or time is up, which is an error.
Result<void> Session::poll_once(short events, std::int64_t until_ns) {
  int timeout = -1;
  if (deadline_ms_ != 0) {
    const std::int64_t left_ms = (until_ns - clock_.steady_ns()) / 1'000'000;
    if (left_ms <= 0) {
      learned_->silent_ns.store(clock_.steady_ns());
      return std::unexpected(lose("no answer in time"));
    }
    timeout = static_cast<int>(left_ms);
  }
  pollfd waited{.fd = PQsocket(handle_), .events = events, .revents = 0};
  if (::poll(&waited, 1, timeout) < 0 && errno != EINTR) return std::unexpected(lose(std::strerror(errno)));
  return {};
}

Result<void> Session::flush(std::int64_t until_ns) {
  for (;;) {
    const int left = PQflush(handle_);
    if (left == 0) return {};
    if (left < 0) return std::unexpected(lose(first_line(PQerrorMessage(handle_))));
    // What the server sends meanwhile is read too, or both could wait for each other.
    LK_TRY(poll_once(POLLIN | POLLOUT, until_ns));
    if (PQconsumeInput(handle_) == 0) return std::unexpected(lose(first_line(PQerrorMessage(handle_))));
  }
}

Result<void> Session::wait_for_input(std::int64_t until_ns) {
  while (PQisBusy(handle_) != 0) {
    LK_TRY(poll_once(POLLIN, until_ns));
    if (PQconsumeInput(handle_) == 0) return std::unexpected(lose(first_line(PQerrorMessage(handle_))));
  }
  return {};
}

// The last result, or the first that failed.
Result<Rows> Session::gather(bool sent) {
  if (!sent) return std::unexpected(lose(first_line(PQerrorMessage(handle_))));
  const std::int64_t until_ns = clock_.steady_ns() + deadline_ms_ * 1'000'000;
  LK_TRY(flush(until_ns));
  Rows last;
  std::optional<Error> error;
  for (;;) {
    LK_TRY(wait_for_input(until_ns));
    Rows result(PQgetResult(handle_));
    if (!result) break;
    if (failed(result.get()) && !error) error = error_of(result.get());
    last = std::move(result);
  }
  if (error && PQstatus(handle_) != CONNECTION_OK) broken_ = true;
  if (error) return std::unexpected(std::move(*error));
  return last;
}

// All results up to the mark that was sent behind the commands.
Result<Rows> Session::gather_pipeline() {
  const std::int64_t until_ns = clock_.steady_ns() + deadline_ms_ * 1'000'000;
  LK_TRY(flush(until_ns));
  Rows last;
  std::optional<Error> error;
  for (;;) {
    LK_TRY(wait_for_input(until_ns));
    Rows result(PQgetResult(handle_));
    if (!result) {
      if (PQstatus(handle_) != CONNECTION_OK) return std::unexpected(error ? std::move(*error) : lose("closed"));
      continue;  // the end of one command's results
    }
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) break;
    if (failed(result.get()) && !error) error = error_of(result.get());
    last = std::move(result);
  }
  if (error) return std::unexpected(std::move(*error));
  return last;
}

// ---- commands

Result<Rows> Session::run(const char* sql) { return gather(PQsendQuery(handle_, sql) == 1); }

Result<void> Session::prepare(const std::string& name, const std::string& sql, std::span<const Oid> types) {
  LK_TRY(gather(PQsendPrepare(handle_, name.c_str(), sql.c_str(), static_cast<int>(types.size()), types.data()) == 1));
  return {};
}

Result<Rows> Session::run_prepared(const std::string& name, std::span<const Value> values,
                                   std::span<const std::string> before) {
  std::vector<const char*> bytes;
  std::vector<int> sizes;
  std::vector<int> formats(values.size(), 1);
  for (const Value& value : values) {
    bytes.push_back(value.bytes ? value.bytes->data() : nullptr);
    sizes.push_back(value.bytes ? static_cast<int>(value.bytes->size()) : 0);
  }
  const auto send = [&] {
    return PQsendQueryPrepared(handle_, name.c_str(), static_cast<int>(values.size()), bytes.data(), sizes.data(),
                               formats.data(), 1) == 1;
  };
  if (before.empty()) return gather(send());
  bool sent = PQenterPipelineMode(handle_) == 1;
  for (const std::string& sql : before) {
    sent = sent && PQsendQueryParams(handle_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1) == 1;
  }
  sent = sent && send() && PQpipelineSync(handle_) == 1;
  if (!sent) return std::unexpected(lose(first_line(PQerrorMessage(handle_))));
  auto rows = gather_pipeline();
  if (alive() && PQexitPipelineMode(handle_) == 0) return std::unexpected(lose(first_line(PQerrorMessage(handle_))));
  return rows;
}

Result<void> Session::listen(std::int64_t timeout_ms, int wake) {
  pollfd waited[] = {{.fd = PQsocket(handle_), .events = POLLIN, .revents = 0},
                     {.fd = wake, .events = POLLIN, .revents = 0}};
  if (::poll(waited, 2, static_cast<int>(timeout_ms)) < 0 && errno != EINTR) {
    return std::unexpected(lose(std::strerror(errno)));
  }
  if (PQconsumeInput(handle_) == 0) return std::unexpected(lose(first_line(PQerrorMessage(handle_))));
  return {};
}

}  // namespace latchkey::store::postgres
