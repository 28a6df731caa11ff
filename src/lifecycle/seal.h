// The seal of a stored key: a MAC over every field that a check relies on (id, tenant, access type, restrictions, limits,
// state, expiry, version, secrets). Made when a key is written, verified when the registry takes it in.
//
// A trial is no part of it, since no check relies on one: what is on trial neither permits nor refuses. It has a seal of its
// own, verified when it is applied, so that whoever can write to the database can't have an admin widen a key.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>

#include "credential/digest.h"
#include "store/key_row.h"
#include "store/key_store.h"

namespace latchkey::lifecycle {

// An unambiguous byte string: every field is prefixed with its length.
std::string canonical_row(const store::KeyRecord& record);
void seal(store::KeyRecord& record, const credential::Peppers& peppers);
bool seal_is_valid(const store::KeyRecord& record, const credential::Peppers& peppers);

// The same verdict on rows as a node reads them when it starts, of one visit (store/key_row.h). What equal rules come to is
// written once, and nothing is allocated for a row. Of one thread.
class RowSeals {
 public:
  explicit RowSeals(const credential::Peppers& peppers) : peppers_(peppers) {}
  bool valid(const store::KeyRow& row);

 private:
  struct Written {
    std::string rules, limits;
  };
  const credential::Peppers& peppers_;
  std::unordered_map<std::uint64_t, Written> rules_;  // by KeyRules::number
  std::string text_;
};

void seal(store::TrialRecord& record, const credential::Peppers& peppers);
bool seal_is_valid(const store::TrialRecord& record, const credential::Peppers& peppers);

}  // namespace latchkey::lifecycle
