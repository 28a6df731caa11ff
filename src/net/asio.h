// The network library, included the same way everywhere in this room and nowhere else. Its non-template parts are
// compiled once, in asio.cpp.
#pragma once
#define BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_NO_DEPRECATED
#define BOOST_ASIO_DISABLE_BOOST_COROUTINE
#define BOOST_ASIO_DISABLE_CO_AWAIT

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
