// Listening sockets: opened with clear errors on any thread, then accepting on one loop.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/descriptor.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/ref.h"

namespace latchkey::net {

struct Listening {
  std::vector<Descriptor> sockets;
  std::uint16_t port = 0;
};

// `count` sockets on one address and port, among which the kernel spreads connections. A port on which anyone listens
// already is refused, also when that one would share it.
Result<Listening> open_listening(const std::string& address, std::uint16_t port, std::size_t count);

class Listener : public Counted {
 public:
  virtual void close() = 0;
};

using OnAccept = std::function<void(int descriptor, const Peer& peer)>;

// Starts accepting. Takes over the descriptor; `on_accept` takes over each connection's.
Ref<Listener> make_listener(Loop& loop, int descriptor, OnAccept on_accept);

}  // namespace latchkey::net
