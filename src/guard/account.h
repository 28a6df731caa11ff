// A request's entry in the books: opened when its head is there, closed once when nothing more becomes of it. Then the use
// of its key is recorded, with what the upstream answered and how long all of it took. Closes by itself when it goes, so
// that an exchange that breaks off is counted too. On one loop.
//
//   Account account(scratch, clock);
//   ... checker.check(request, scratch), with request.answer_follows ...
//   account.upstream_answered(200);
//   account.close();
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "check/check.h"

namespace latchkey::guard {

class Account {
 public:
  // Both must outlive it, and the scratch must not be used for another request meanwhile.
  Account(check::Scratch& scratch, const Clock& clock);
  ~Account() { close(); }
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  // What the guard itself refused, before the check had judged or after it had allowed. `detail` must live until close().
  void refused(DenyReason reason, std::string_view detail);
  void upstream_answered(int status) { upstream_status_ = status; }
  void close();

 private:
  check::Scratch& scratch_;
  const Clock& clock_;
  const std::int64_t opened_ns_;
  int upstream_status_ = 0;
  bool closed_ = false;
};

}  // namespace latchkey::guard
