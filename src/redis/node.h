// What a client knows of one server: its connection, and what was sent there and is not answered yet. Of one thread.
#pragma once
#include <deque>
#include <memory>

#include "redis/command.h"
#include "redis/connection.h"
#include "redis/server.h"

namespace latchkey::redis {

// A question to the script. All functions are called by the client's thread: answered() or failed() once, and before it
// perhaps late().
class Call {
 public:
  virtual ~Call() = default;
  virtual void answered(const redisReply& reply) = 0;
  virtual void late() = 0;    // not answered in time; it may be yet
  virtual void failed() = 0;  // it may have been done or not

  std::uint16_t slot = 0;
  Arguments arguments;  // the number of keys, keys, and values
  std::int64_t asked_ns = 0;
};

// One command that was sent.
struct Pending {
  enum class Kind : std::uint8_t { kAuth, kSelect, kLoad, kSlots, kAsking, kCall };
  Kind kind = Kind::kCall;
  std::unique_ptr<Call> call = nullptr;  // of kCall
  std::int64_t sent_ns = 0;
  bool whole = false;  // with the script itself, not its digest
  bool is_late = false;
  int redirections = 0;
};

struct Node {
  Node(Address its_address, ssl_ctx_st* tls) : address(std::move(its_address)), connection(tls) {}
  bool is_up() const { return ready && !late; }

  Address address;
  Connection connection;
  std::deque<Pending> pending;
  bool ready = false;  // it knows the script
  bool late = false;   // it owes an answer for too long
  bool wanted = true;  // there are slots in it
  int attempts = 0;    // in a row
  std::int64_t retry_ns = 0, opened_ns = 0;
};

}  // namespace latchkey::redis
