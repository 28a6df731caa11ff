#include "app/serve_config.h"

#include <toml++/toml.h>

#include <charconv>
#include <filesystem>
#include <fstream>

namespace latchkey::app {
namespace {

using Values = std::map<std::string, std::string>;

std::string with(std::string text, char from, char to, bool upper) {
  for (char& c : text) {
    if (c == from) c = to;
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return text;
}

// The file's settings as text, lists joined by commas, so that all three sources are read alike.
struct FileSettings {
  Values values;
  std::map<std::string, Values> secret_managers;  // by name
};

// A list of texts or numbers, a text, a number or a flag.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* array = node.as_array()) {
    std::string joined;
    for (const auto& element : *array) {
      const auto text = element.is_array() ? std::nullopt : text_of(element);
      if (!text) return std::nullopt;
      joined += (&element == &array->front() ? "" : ",") + *text;
    }
    return joined;
  }
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  return node.value_exact<std::string>();
}

// [secret_managers.NAME]
void read_manager_tables(const std::string& path, const toml::node& node, FileSettings& settings, std::string& mistakes) {
  const auto wrong = [&](const toml::node& at, std::string_view what) {
    mistakes += fmt::format("{}:{}: {}\n", path, at.source().begin.line, what);
  };
  if (!node.is_table()) return wrong(node, "secret managers are tables: [secret_managers.NAME].");
  for (const auto& [name, table] : *node.as_table()) {
    if (!table.is_table()) {
      wrong(table, "secret managers are tables: [secret_managers.NAME].");
      continue;
    }
    Values& values = settings.secret_managers[std::string(name.str())];
    for (const auto& [key, value] : *table.as_table()) {
      auto text = text_of(value);
      if (!text) wrong(value, fmt::format("\"{}\" must be a string, a whole number or a list of these.", key.str()));
      values[std::string(key.str())] = text.value_or("");
    }
  }
}

Result<FileSettings> read_toml(const std::string& path) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}:{}:{}: {}.", path, error.source().begin.line, error.source().begin.column, error.description()));
  }
  FileSettings found;
  std::string mistakes;
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const auto& settings = serve_settings();
    const auto setting = std::find_if(settings.begin(), settings.end(), [&](const Setting& s) { return s.toml_key() == name; });
    const auto line = node.source().begin.line;
    if (name == "leak_reports") continue;  // a table, for app/leak_config.h
    if (name == "secret_managers") {
      read_manager_tables(path, node, found, mistakes);
    } else if (setting == settings.end()) {
      mistakes += fmt::format("{}:{}: there is no setting \"{}\"; `latchkey serve --help` lists them.\n", path, line, name);
    } else if (auto text = text_of(node)) {
      found.values[setting->name] = std::move(*text);
    } else {
      mistakes += fmt::format("{}:{}: \"{}\" must be a string, a whole number, true, false or a list of strings.\n", path, line, name);
    }
  }
  if (!mistakes.empty()) {
    mistakes.pop_back();
    return fail(ErrorCode::kInvalidArgument, mistakes);
  }
  return found;
}

// Reads values into a config and gathers what is wrong with them.
class Reader {
 public:
  explicit Reader(const Values& values) : values_(values) {}

  const std::string* find(const std::string& name) const {
    const auto at = values_.find(name);
    return at == values_.end() || at->second.empty() ? nullptr : &at->second;
  }
  void text(const std::string& name, std::string& out) {
    if (const auto* value = find(name)) out = *value;
  }
  void required(const std::string& name, const std::string& what, std::string& out) {
    text(name, out);
    if (out.empty()) mistake(fmt::format("--{} is missing; {}.", name, what));
  }
  template <class T>
  void parsed(const std::string& name, T& out, Result<T> (*parse)(std::string_view)) {
    const auto* value = find(name);
    if (value == nullptr) return;
    auto result = parse(*value);
    if (result) {
      out = std::move(*result);
    } else {
      mistake(fmt::format("--{}: {}", name, result.error().message));
    }
  }
  template <class T>
  void number(const std::string& name, T& out, std::uint64_t most) {
    const auto* value = find(name);
    if (value == nullptr) return;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (error != std::errc{} || end != value->data() + value->size() || number > most) {
      mistake(fmt::format("--{} must be a whole number from 0 to {}; \"{}\" is not.", name, most, *value));
    } else {
      out = static_cast<T>(number);
    }
  }
  // A scheme and an authority, and nothing behind them.
  void origin(const std::string& name, std::string& out) {
    const auto* value = find(name);
    if (value == nullptr) return;
    out = value->ends_with('/') ? value->substr(0, value->size() - 1) : *value;
    const std::size_t scheme = out.starts_with("https://") ? 8 : out.starts_with("http://") ? 7 : 0;
    if (scheme == 0 || scheme == out.size() || out.find_first_of("/?# @", scheme) != std::string::npos) {
      mistake(fmt::format("--{} must be like https://keys.example, without a path; \"{}\" is not.", name, *value));
    }
  }
  void flag(const std::string& name, bool& out) {
    const auto* value = find(name);
    if (value == nullptr) return;
    if (*value != "true" && *value != "false") mistake(fmt::format("--{} must be true or false; \"{}\" is not.", name, *value));
    out = *value == "true";
  }
  // What stands between commas, without blanks in front.
  std::vector<std::string> list(const std::string& name) const {
    std::vector<std::string> out;
    const auto* value = find(name);
    for (std::string_view rest = value == nullptr ? std::string_view{} : std::string_view(*value); !rest.empty();) {
      const std::size_t comma = rest.find(',');
      std::string_view part = rest.substr(0, comma);
      while (part.starts_with(' ')) part.remove_prefix(1);
      if (!part.empty()) out.emplace_back(part);
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return out;
  }
  void ranges(const std::string& name, std::vector<IpRange>& out) {
    if (find(name) == nullptr) return;
    out.clear();
    for (const std::string& part : list(name)) {
      auto range = IpRange::parse(part);
      if (range) {
        out.push_back(*range);
      } else {
        mistake(fmt::format("--{}: {}", name, range.error().message));
      }
    }
  }
  void mistake(std::string text) { mistakes_ += (mistakes_.empty() ? "" : "\n") + std::move(text); }
  const std::string& mistakes() const { return mistakes_; }

 private:
  const Values& values_;
  std::string mistakes_;
};

void refuse_plain_http(Reader& reader, const ServeConfig& config) {
  if (config.tls) return;
  for (const auto& [name, endpoint] : {std::pair{"console", config.console}, {"gateway", config.gateway}, {"check", config.check}}) {
    if (endpoint.is_loopback()) continue;
    reader.mistake(fmt::format("--{} {} can be reached from other machines, and keys must not travel in plain HTTP; give --tls-cert and "
                               "--tls-key, or listen on 127.0.0.1 behind a proxy that speaks TLS.",
                               name, endpoint.to_string()));
  }
}

constexpr std::size_t kMaxPasswordBytes = 1024;
constexpr std::size_t kMaxNodeName = 100;

// The first line of a file.
void read_password(Reader& reader, const std::string& setting, const std::string& path, Secret& password) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  std::getline(file, line);
  if (line.ends_with('\r')) line.pop_back();
  const bool usable = !line.empty() && line.size() <= kMaxPasswordBytes && line.find('\0') == std::string::npos;
  if (!usable) reader.mistake(fmt::format("--{}: {} must be a file whose first line is the password.", setting, path));
  password = Secret(std::move(line));
}

void read_smtp(Reader& reader, delivery::SmtpOptions& smtp) {
  reader.text("smtp-url", smtp.url);
  reader.text("smtp-from", smtp.from);
  reader.text("smtp-user", smtp.user);
  std::string password_file, tls = "required";
  reader.text("smtp-password-file", password_file);
  reader.text("smtp-tls", tls);
  if (tls != "required" && tls != "offered") reader.mistake(fmt::format("--smtp-tls must be required or offered; \"{}\" is not.", tls));
  if (tls == "offered") smtp.tls = delivery::SmtpTls::kWhenOffered;
  if (smtp.user.empty() != password_file.empty()) reader.mistake("--smtp-user and --smtp-password-file belong together; give both or neither.");
  if (!password_file.empty()) read_password(reader, "smtp-password-file", password_file, smtp.password);
  if (smtp.url.empty()) {
    if (!smtp.from.empty() || !smtp.user.empty()) reader.mistake("--smtp-url is missing; name the mail server, such as smtp://mail.example:587.");
    return;
  }
  if (auto checked = delivery::check_smtp(smtp.url, smtp.from, smtp.user, smtp.tls); !checked) reader.mistake(checked.error().message);
}

void read_delivery(Reader& reader, DeliveryConfig& config) {
  read_smtp(reader, config.smtp);
  reader.text("delivery-ca-file", config.ca_file);
  std::error_code ignored;
  if (!config.ca_file.empty() && !std::filesystem::is_regular_file(config.ca_file, ignored)) {
    reader.mistake(fmt::format("--delivery-ca-file: there is no file {}.", config.ca_file));
  }
  config.smtp.ca_file = config.ca_file;
  reader.flag("webhook-allow-private", config.webhook_allow_private);
  reader.parsed("delivery-retry-seconds", config.retry_seconds, &delivery::parse_retry_seconds);
}

void read_pepper(Reader& reader, ServeConfig& config) {
  reader.text("pepper-file", config.pepper_file);
  const auto* text = reader.find("pepper");
  if (text == nullptr) return;
  if (!config.pepper_file.empty()) reader.mistake("--pepper and --pepper-file both say where peppers are; give one.");
  auto reference = parse_vault_reference(*text);
  if (!reference) return reader.mistake("--pepper: " + reference.error().message);
  const auto manager = std::ranges::find(config.secret_managers, reference->manager, &SecretManagerConfig::name);
  if (manager == config.secret_managers.end() || manager->kind != SecretManagerConfig::Kind::kVault) {
    return reader.mistake(fmt::format("--pepper: there is no secret manager \"{}\" of kind vault in the configuration file.", reference->manager));
  }
  // Where a tenant's keys are handed over to, its admin could put another pepper.
  if (reference->path.starts_with(manager->path_prefix + "/") && std::isdigit(static_cast<unsigned char>(reference->path[manager->path_prefix.size() + 1])) != 0) {
    return reader.mistake(fmt::format("--pepper: tenants can write to {}; choose a path that does not start with {}/ and a number.", reference->path, manager->path_prefix));
  }
  config.pepper_in_vault = std::move(*reference);
}

void read_managers(Reader& reader, const std::map<std::string, Values>& tables, const Environment& environment, ServeConfig& config) {
  for (const auto& [name, settings] : tables) {
    auto manager = read_secret_manager(name, settings, environment);
    if (manager) {
      config.secret_managers.push_back(std::move(*manager));
    } else {
      reader.mistake(manager.error().message);
    }
  }
}

void read_store(Reader& reader, StoreConfig& store) {
  if (const auto* url = reader.find("store")) {
    if (!is_store_url(*url)) reader.mistake("--store must be a database such as postgres://latchkey@db.example/latchkey; without it, keys are in --data.");
    store.url = Secret::copy_of(*url);
  }
  reader.text("node-name", store.node_name);
  if (store.node_name.size() > kMaxNodeName) reader.mistake(fmt::format("--node-name must have at most {} characters.", kMaxNodeName));
  std::int64_t seconds = store.max_staleness_ms / 1'000;
  reader.number("max-staleness-seconds", seconds, 3600);
  if (seconds == 0) reader.mistake("--max-staleness-seconds must be at least 1.");
  store.max_staleness_ms = seconds * 1'000;
  std::string on_stale = "deny";
  reader.text("on-stale", on_stale);
  if (on_stale != "deny" && on_stale != "serve") reader.mistake(fmt::format("--on-stale must be deny or serve; \"{}\" is not.", on_stale));
  store.denies_when_stale = on_stale != "serve";
  reader.number("feed-poll-ms", store.feed_poll_ms, 10'000);
  if (store.feed_poll_ms == 0) reader.mistake("--feed-poll-ms must be at least 1.");
  reader.flag("feed-notify", store.feed_notify);
}

void read_leaks(Reader& reader, LeakConfig& config) {
  reader.flag("leak-reports-github", config.github);
  reader.text("leak-reports-github-keys", config.github_keys);
  if (const auto good = exposure::check_key_url(config.github_keys); !good) {
    reader.mistake("--leak-reports-github-keys: " + good.error().message);
  }
}

void read_limits(Reader& reader, LimitsConfig& config) {
  std::string counted = "local", password_file;
  reader.text("limits", counted);
  if (counted == "exact") config.counted = limit::Counted::kExact;
  if (counted == "eventual") config.counted = limit::Counted::kEventual;
  const bool local = config.counted == limit::Counted::kLocal;
  if (local && counted != "local") reader.mistake(fmt::format("--limits must be local, exact or eventual; \"{}\" is not.", counted));
  const auto* url = reader.find("redis");
  if (local != (url == nullptr)) {
    reader.mistake("--redis belongs to --limits exact or eventual, and these need it; such as redis://127.0.0.1:6379.");
  }
  if (url == nullptr) return;
  auto server = redis::parse_server(*url);
  if (!server) return reader.mistake("--redis: " + server.error().message);
  config.redis = std::move(*server);
  reader.text("redis-password-file", password_file);
  if (!password_file.empty()) read_password(reader, "redis-password-file", password_file, config.redis.password);
  reader.text("redis-ca-file", config.redis.ca_file);
  std::error_code ignored;
  if (!config.redis.ca_file.empty() && !std::filesystem::is_regular_file(config.redis.ca_file, ignored)) {
    reader.mistake(fmt::format("--redis-ca-file: there is no file {}.", config.redis.ca_file));
  }
}

}  // namespace

std::string Setting::variable() const { return "LATCHKEY_" + with(name, '-', '_', true); }
std::string Setting::toml_key() const { return with(name, '-', '_', false); }

const std::vector<Setting>& serve_settings() {
  static const std::vector<Setting> settings = {
      {"data", "directory that `latchkey init` made"},
      {"store", "database that several servers share, postgres://USER:PASSWORD@HOST,HOST/DATABASE; rather in the variable or file (default: files in --data)"},
      {"node-name", "what others call this server (default: the machine's name)"},
      {"max-staleness-seconds", "after how long at most a server that is cut off from the database relies on nothing it knows (default 5)"},
      {"on-stale", "what it does then: deny, or serve with what it knew (default deny)"},
      {"feed-poll-ms", "how often a server looks for changes by itself, in milliseconds (default 50)"},
      {"feed-notify", "false: for databases without LISTEN and NOTIFY, which are only looked at (default true)"},
      {"catalog", "the guarded API: an OpenAPI document with x-latchkey extensions"},
      {"upstream", "where the gateway sends what is allowed, such as http://127.0.0.1:9000"},
      {"console", "ADDR:PORT of console and management API (default 127.0.0.1:8080)"},
      {"gateway", "ADDR:PORT of the gateway (default 127.0.0.1:8081)"},
      {"check", "ADDR:PORT of /authz and verify, for gateways and services (default 127.0.0.1:8082)"},
      {"tls-cert", "certificate chain in PEM; every listener then speaks TLS"},
      {"tls-key", "its private key in PEM"},
      {"console-hosts", "host names, parted by commas, under which a TLS proxy in front passes the console on (default none)"},
      {"console-url", "the console's address as people reach it, such as https://keys.example; links that are mailed lead there"},
      {"gateway-url", "the gateway's address as callers know it, shown in the console"},
      {"gateway-trusted-proxies", "CIDR ranges, parted by commas, whose X-Forwarded-For the gateway believes (default none)"},
      {"check-trusted-proxies", "CIDR ranges whose X-Forwarded-For the check endpoints believe (default loopback)"},
      {"key-prefix", "what keys start with: [a-z0-9]{2,10} (default lk)"},
      {"threads", "event loops; 0 for one per core (default 0)"},
      {"max-checked-body", "longest body, in bytes, that is read whole because a restriction depends on it (default 8388608)"},
      {"max-body", "longest body, in bytes, that the gateway passes on (default 1073741824)"},
      {"failed-requests", "how often one address (IPv6: one /64) may send no key or a wrong one, before it gets 429; 0 for no limit (default 100)"},
      {"failed-requests-seconds", "within how many seconds (default 60)"},
      {"usage-minutes-hours", "for how many hours usage is kept by the minute (default 48)"},
      {"usage-hours-days", "for how many days usage is kept by the hour (default 90)"},
      {"usage-days-days", "for how many days usage is kept by the day (default 731)"},
      {"drain-seconds", "how long requests in flight may take at shutdown (default 10)"},
      {"access-log", "a JSON line for each request: to a file, which SIGHUP opens anew; - for standard output; off (default off)"},
      {"smtp-url", "mail server for alerts, smtp://mail.example:587 or smtps://mail.example (default none: no mail is sent)"},
      {"smtp-from", "address that mails come from"},
      {"smtp-user", "user to sign in with at the mail server (default none)"},
      {"smtp-password-file", "file whose first line is the password for it"},
      {"smtp-tls", "required: STARTTLS or nothing; offered: unencrypted too, without a password (default required)"},
      {"delivery-ca-file", "certificates in PEM that mail and webhook servers must be signed with, in place of the system's"},
      {"delivery-retry-seconds", "waits between attempts at mails and webhooks (default 5,300,1800,7200,18000,36000,50400,72000,86400)"},
      {"pepper", "where peppers are: vault:NAME/PATH#FIELD, of a secret manager of the configuration file (default --pepper-file)"},
      {"pepper-file", "file with them (default `pepper` in --data)"},
      {"leak-reports-github", "true: takes leak reports that GitHub's secret scanning has signed (default false)"},
      {"leak-reports-github-keys", "where GitHub publishes the keys that it signs them with (default https://api.github.com/meta/public_keys/secret_scanning)"},
      {"limits", "where limits are counted: local, by this node; for all nodes in Redis: exact, or eventual (default local)"},
      {"redis", "Redis or Valkey that counts them: redis://HOST:PORT, rediss:// by TLS, unix:///PATH; user:password@ before the host"},
      {"redis-password-file", "file whose first line is the password for it, in place of the URL's"},
      {"redis-ca-file", "certificates in PEM that it must be signed with, in place of the system's"},
      {"webhook-allow-private", "true: webhooks may use http and addresses of this network; for development (default false)"},
  };
  return settings;
}

Result<ServeConfig> make_serve_config(const std::map<std::string, std::string>& flags,
                                      const std::function<std::optional<std::string>(const std::string&)>& environment,
                                      const std::optional<std::string>& config_path) {
  ServeConfig config;
  FileSettings file;
  if (config_path) {
    LK_ASSIGN(file, read_toml(*config_path));
    LK_ASSIGN(config.leaks.scanners, read_scanners(*config_path));
  }
  Values& values = file.values;
  for (const Setting& setting : serve_settings()) {
    // LATCHKEY_PEPPER can be the pepper itself, which is no setting.
    if (auto value = environment(setting.variable()); value && (setting.name != "pepper" || is_vault_reference(*value))) values[setting.name] = *value;
  }
  for (const auto& [name, value] : flags) values[name] = value;

  Reader reader(values);
  reader.required("data", "name the directory that `latchkey init` made", config.store.data);
  read_store(reader, config.store);
  reader.required("catalog", "name the catalog of the guarded API, such as catalogs/optimove.yaml", config.catalog);
  std::string upstream;
  reader.required("upstream", "give the guarded API's address, such as http://127.0.0.1:9000", upstream);
  reader.parsed("upstream", config.upstream, &net::Url::parse);
  reader.parsed("console", config.console, &parse_endpoint);
  reader.parsed("gateway", config.gateway, &parse_endpoint);
  reader.parsed("check", config.check, &parse_endpoint);
  net::TlsFiles tls;
  reader.text("tls-cert", tls.certificate_path);
  reader.text("tls-key", tls.key_path);
  if (tls.certificate_path.empty() != tls.key_path.empty()) reader.mistake("--tls-cert and --tls-key belong together; give both or neither.");
  if (!tls.certificate_path.empty() && !tls.key_path.empty()) config.tls = tls;
  config.console_hosts = reader.list("console-hosts");
  reader.text("gateway-url", config.gateway_url);
  reader.origin("console-url", config.console_url);
  config.check_trusted_proxies = {IpRange::parse("127.0.0.0/8").value(), IpRange::parse("::1").value()};
  reader.ranges("gateway-trusted-proxies", config.gateway_trusted_proxies);
  reader.ranges("check-trusted-proxies", config.check_trusted_proxies);
  reader.text("key-prefix", config.key_format.prefix);
  if (auto checked = credential::check_prefix(config.key_format.prefix); !checked) reader.mistake("--key-prefix: " + checked.error().message);
  reader.number("threads", config.threads, 256);
  reader.number("max-checked-body", config.max_checked_body_bytes, std::uint64_t{1} << 30);
  reader.number("max-body", config.max_body_bytes, std::uint64_t{1} << 50);
  reader.number("failed-requests", config.failed_requests.failures, 1'000'000'000);
  std::int64_t failed_seconds = 60;
  reader.number("failed-requests-seconds", failed_seconds, 86'400);
  if (failed_seconds == 0) reader.mistake("--failed-requests-seconds must be at least 1; for no limit, set --failed-requests to 0.");
  config.failed_requests.window_ms = failed_seconds * 1000;
  std::int64_t minutes_hours = 48, hours_days = 90, days_days = 731;
  reader.number("usage-minutes-hours", minutes_hours, 24 * 366);
  reader.number("usage-hours-days", hours_days, 3660);
  reader.number("usage-days-days", days_days, 36'600);
  config.usage_retention = {minutes_hours * store::kHourMs, hours_days * store::kDayMs, days_days * store::kDayMs};
  std::int64_t drain_seconds = 10;
  reader.number("drain-seconds", drain_seconds, 3600);
  config.drain_ms = drain_seconds * 1000;
  reader.text("access-log", config.access_log);
  if (config.access_log == "off") config.access_log.clear();
  read_delivery(reader, config.delivery);
  read_managers(reader, file.secret_managers, environment, config);
  read_pepper(reader, config);
  read_leaks(reader, config.leaks);
  read_limits(reader, config.limits);
  refuse_plain_http(reader, config);
  if (!reader.mistakes().empty()) return fail(ErrorCode::kInvalidArgument, reader.mistakes());
  return config;
}

}  // namespace latchkey::app
