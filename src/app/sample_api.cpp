#include <cstdio>

#include "app/commands.h"
#include "app/endpoint.h"
#include "app/loops.h"
#include "net/server.h"
#include "sample_api/sample_api.h"

namespace latchkey::app {
namespace {

int run(const std::string& listen) {
  const auto endpoint = parse_endpoint(listen);
  if (!endpoint) return print_failure(endpoint.error().message.c_str()), 2;
  if (!endpoint->is_loopback()) {
    return print_failure("The sample API is for trying things out and listens on loopback only; give an address such as 127.0.0.1:9000."), 1;
  }
  block_signals();
  LoopThreads threads(1);
  net::Server server({.address = endpoint->address, .port = endpoint->port, .tls = {}, .limits = {}, .extra_headers = {}},
                     make_sample_api());
  if (auto listening = server.listen(threads.loops()); !listening) return print_failure(listening.error().message.c_str()), 1;
  threads.start();
  std::printf("{\"event\":\"ready\",\"listen\":\"%s\"}\n", Endpoint{endpoint->address, server.port()}.to_string().c_str());
  std::fflush(stdout);
  wait_for_stop([] {}, [] {});
  server.drain(5'000);
  threads.stop();
  return 0;
}

}  // namespace

void add_sample_api(cli::Command& program) {
  cli::Command command =
      program.add_subcommand("sample-api", "Run the sample upstream: every operation of the shipped catalog, with made-up data");
  auto listen = std::make_shared<std::string>("127.0.0.1:9000");
  command.add_option("--listen", *listen, "ADDR:PORT, loopback only").capture_default_str();
  command.footer("Example: latchkey sample-api --listen 127.0.0.1:9000");
  command.callback([listen] { return run(*listen); });
}

}  // namespace latchkey::app
