// Streams over TCP without TLS.
#pragma once
#include "net/loop.h"
#include "net/ref.h"
#include "net/stream.h"

namespace latchkey::net {

// Takes over a connected socket.
Ref<Stream> make_plain_stream(Loop& loop, int descriptor);

}  // namespace latchkey::net
