// `latchkey init`: the data directory, its pepper and database, the operator key, the first tenant and its owner.
#include <cstdio>
#include <filesystem>

#include "app/commands.h"
#include "app/open_store.h"
#include "app/pepper_file.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "catalog/catalog.h"
#include "lifecycle/operator_keys.h"
#include "lifecycle/people.h"
#include "lifecycle/tenants.h"

namespace latchkey::app {
namespace {

struct InitOptions {
  std::string data, store;
  std::string tenant = "My company";
  std::string admin_email = "admin@example.com";
};

struct Made {
  Secret operator_key;
  Tenant tenant;
  lifecycle::CreatedUser admin;
};

// Nothing checks requests while init runs, so nothing has to follow.
class NobodyFollows final : public lifecycle::Feed {
 public:
  Result<void> follow_to(store::Sequence) override { return {}; }
};

template <class T>
Result<T> plain(lifecycle::ChangeResult<T> result) {
  if (result) return std::move(*result);
  std::string message = result.error().error.message;
  for (const lifecycle::FieldError& field : result.error().fields) message += "\n" + field.pointer.substr(1) + ": " + field.detail;
  return fail(result.error().error.code, message, result.error().error.detail);
}

// A database that is shared may have been filled from elsewhere, with another pepper.
Result<void> must_be_empty(store::Database& store) {
  LK_ASSIGN(const store::TenantPage tenants, store.list_tenants("", 1));
  if (tenants.tenants.empty()) return {};
  return fail(ErrorCode::kConflict, "The database was initialized before; serve it with a copy of that pepper, or choose another database.");
}

Result<Made> fill(const InitOptions& options, Random& random) {
  LK_ASSIGN(const credential::Peppers peppers, load_peppers(options.data, std::nullopt));
  StoreConfig place;
  place.data = options.data;
  place.url = Secret::copy_of(options.store);
  LK_ASSIGN(const OpenedStore opened, open_store(place, store::OpenMode::kCreateIfMissing));
  store::Database* const store = opened.database.get();
  LK_TRY(must_be_empty(*store));
  const SystemClock clock;
  NobodyFollows feed;
  const catalog::Catalog no_catalog;
  lifecycle::OperatorKeys operator_keys(*store, peppers, clock, random);
  lifecycle::Tenants tenants(*store, feed, no_catalog, clock, random);
  lifecycle::People people(*store, clock, random);
  Made made;
  // Of several at once on one database, one gets this number.
  auto tenant = plain(tenants.create({.name = options.tenant, .cid = 1, .enabled_channels = {}, .ip_ranges = {}}));
  if (!tenant) {
    LK_TRY(must_be_empty(*store));
    return std::unexpected(tenant.error());
  }
  made.tenant = std::move(*tenant);
  LK_ASSIGN(made.admin, plain(people.create(made.tenant.id, {.email = options.admin_email, .name = {}, .role = Role::kOwner, .password = {}})));
  LK_ASSIGN(made.operator_key, operator_keys.create());
  return made;
}

Result<Made> initialize(const InitOptions& options) {
  if (!options.store.empty() && !is_store_url(options.store)) {
    return fail(ErrorCode::kInvalidArgument, "--store must be a database such as postgres://latchkey@db.example/latchkey.");
  }
  namespace fs = std::filesystem;
  std::error_code error;
  const bool existed = fs::exists(options.data, error);
  if (fs::exists(options.data + "/latchkey.db", error) || fs::exists(pepper_path(options.data), error)) {
    return fail(ErrorCode::kConflict, fmt::format("{} was initialized before; serve it, or choose another directory.", options.data));
  }
  fs::create_directories(options.data, error);
  if (error) return fail(ErrorCode::kUnavailable, fmt::format("Could not make {}: {}.", options.data, error.message()));
  if (!existed) fs::permissions(options.data, fs::perms::owner_all, error);

  SystemRandom random;
  LK_TRY(create_pepper_file(options.data, random));
  auto made = fill(options, random);
  if (!made) {
    // Half a data directory would be refused as one that was initialized before.
    fs::remove(pepper_path(options.data), error);
    for (const char* file : {"/latchkey.db", "/latchkey.db-wal", "/latchkey.db-shm", "/latchkey.lock", "/usage.db", "/usage.db-wal", "/usage.db-shm"}) fs::remove(options.data + file, error);
    if (!existed) fs::remove(options.data, error);
  }
  return made;
}

void print(const Made& made) {
  std::string json = "{\"operator_key\":";
  append_json_string(json, made.operator_key.expose());
  json += ",\"tenant_id\":";
  append_json_string(json, made.tenant.id.to_string());
  json += ",\"admin_email\":";
  append_json_string(json, made.admin.user.email);
  json += ",\"admin_password\":";
  append_json_string(json, made.admin.password.expose());
  json += "}\n";
  std::fwrite(json.data(), 1, json.size(), stdout);
  std::fflush(stdout);
  wipe(json);
}

}  // namespace

void add_init(cli::Command& program) {
  cli::Command command = program.add_subcommand("init", "Make a data directory: database, pepper, first tenant and admin");
  auto options = std::make_shared<InitOptions>();
  command.add_option("--data", options->data, "The directory to make; it must not hold data yet").required().envname("LATCHKEY_DATA");
  command.add_option("--store", options->store, "A database that several servers share, postgres://USER:PASSWORD@HOST/DATABASE; it must be there, and empty")
      .envname("LATCHKEY_STORE");
  command.add_option("--tenant", options->tenant, "Name of the first tenant").capture_default_str();
  command.add_option("--admin-email", options->admin_email, "Email of its first admin, to sign in with").capture_default_str();
  command.footer("Prints once, as JSON: operator_key, tenant_id, admin_email, admin_password. Keep them; they are stored as hashes only.\n"
                 "Back up DIR/pepper apart from the database: neither is worth anything without the other.\n"
                 "Example: latchkey init --data ./data --tenant Acme --admin-email dana@acme.example");
  command.callback([options] {
    auto made = initialize(*options);
    if (made) return print(*made), 0;
    return print_failure(made.error().message.c_str()), 1;
  });
}

}  // namespace latchkey::app
