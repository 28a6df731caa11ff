// The network library, used in this room and nowhere else. Its settings are in CMakeLists.txt, so that no order of
// includes can give two files different ideas of it; its non-template parts are compiled once, in asio.cpp.
#pragma once
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace latchkey::net {

namespace asio = boost::asio;

// Sockets bound to one kind of executor: nothing is type-erased on the way of a completion.
using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

class Loop;
asio::io_context& io_of(Loop& loop);

}  // namespace latchkey::net
