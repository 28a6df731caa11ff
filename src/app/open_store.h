// Opens where a server keeps everything: files that are its own, or a database that it shares with others.
//
//   LK_ASSIGN(const OpenedStore store, open_store(config.store, store::OpenMode::kMustExist));
//   store.database->find_key(...);
#pragma once
#include <memory>

#include "app/store_config.h"
#include "store/change_bell.h"
#include "store/database.h"
#include "store/duty_store.h"
#include "store/node_store.h"
#include "store/open_mode.h"
#include "store/usage_store.h"

namespace latchkey::app {

struct OpenedStore {
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::UsageStore> usage;
  // Null where the server is alone.
  std::unique_ptr<store::NodeStore> nodes;
  std::unique_ptr<store::ChangeBell> bell;
  std::unique_ptr<store::DutyStore> duties;
  store::ParcelStore* parcels = nullptr;  // part of `duties`
};

Result<OpenedStore> open_store(const StoreConfig& config, store::OpenMode mode);

}  // namespace latchkey::app
