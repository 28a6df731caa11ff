#include "app/open_store.h"

#include <algorithm>

#include "store/postgres/duty_table.h"
#include "store/postgres/nodes.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/usage/postgres_usage_store.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/usage/sqlite_usage_store.h"

namespace latchkey::app {
namespace {

// A heartbeat that is not answered is sent again over another connection, before the lease is over if that is possible.
constexpr std::int64_t kLeastNodeMs = 500;

Result<OpenedStore> open_shared(const StoreConfig& config, store::OpenMode mode) {
  LK_ASSIGN(store::postgres::Settings settings, store::postgres::Settings::parse(Secret::copy_of(config.url.expose())));
  settings.notify = config.feed_notify;
  OpenedStore opened;
  LK_ASSIGN(auto database, store::PostgresStore::open(settings.copy(), mode));
  opened.bell = database->make_bell();
  opened.database = std::move(database);
  store::postgres::Settings for_nodes = settings.copy();
  for_nodes.statement_ms = std::clamp(config.max_staleness_ms / 2, kLeastNodeMs, settings.statement_ms);
  LK_ASSIGN(opened.nodes, store::postgres::PostgresNodes::open(for_nodes));
  LK_ASSIGN(auto duties, store::postgres::PostgresDuties::open(settings));
  opened.parcels = duties.get();
  opened.duties = std::move(duties);
  LK_ASSIGN(opened.usage, store::PostgresUsageStore::open(std::move(settings)));
  return opened;
}

}  // namespace

Result<OpenedStore> open_store(const StoreConfig& config, store::OpenMode mode) {
  if (config.shared()) return open_shared(config, mode);
  OpenedStore opened;
  LK_ASSIGN(opened.database, store::SqliteStore::open(config.data + "/latchkey.db", mode));
  LK_ASSIGN(opened.usage, store::SqliteUsageStore::open(config.data + "/usage.db"));
  return opened;
}

}  // namespace latchkey::app
