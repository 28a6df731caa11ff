// What commands print. Results go to standard output, everything said about them to standard error, so that
// `KEY=$(latchkey keys create ...)` holds the key and nothing else.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/failure.h"

namespace latchkey::cli {

// What every command that asks a server takes.
struct CommonOptions {
  std::string url;
  bool json = false;
};
void add_common_options(Command& command, CommonOptions& options);

void print_result(std::string_view text);  // and a line end
void print_note(std::string_view text);

// Columns under their titles, two blanks apart.
struct Table {
  std::vector<std::string> titles;
  std::vector<std::vector<std::string>> rows;
  std::string to_string() const;
};

// Text from a server, safe for a terminal: no control characters, so nothing that moves the cursor or changes colours.
std::string printable(std::string_view text);

// Runs a command and answers its exit code. A failure is said on standard error, and with --json the server's problem
// document goes to standard output. Answers of another shape than the API's (which make the JSON library throw) count as
// a server that is not Latchkey.
int run(const CommonOptions& options, const std::function<Attempt<void>()>& command);

}  // namespace latchkey::cli
