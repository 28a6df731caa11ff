// Copies of a database, whole and of one moment, while a server writes to it: readers of a write-ahead log wait for nobody
// and hold nobody up. Only reading rights on the file are needed, and writing rights on its folder where no server runs.
//
//   LK_TRY(copy_database("data/latchkey.db", "out/latchkey.db"));      // SQLite's online backup, fsynced
//   LK_ASSIGN(const KeyFileFacts facts, examine_key_file("out/latchkey.db"));
#pragma once
#include <set>
#include <string>

#include "store/key_store.h"

namespace latchkey::store::sqlite {

// `to` is made, or written over; a single file that needs none beside it, readable by its owner only.
Result<void> copy_database(const std::string& from, const std::string& to);

struct KeyFileFacts {
  int schema = 0;
  Sequence sequence = 0;
  std::int64_t keys = 0, tenants = 0;
  std::set<credential::PepperId> peppers;  // that something in it is digested or sealed with
};

// Of a copy. Looks through all of it: kCorrupt if it is damaged or no database of that kind, kTooNew if it is of a newer
// Latchkey.
Result<KeyFileFacts> examine_key_file(const std::string& path);
Result<int> examine_usage_file(const std::string& path);  // its schema

}  // namespace latchkey::store::sqlite
