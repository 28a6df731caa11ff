// Why a command did not do what it was asked to.
#pragma once
#include <expected>
#include <string>

#include "cli/commands.h"

namespace latchkey::cli {

struct Failure {
  ExitCode exit_code = kRefused;
  std::string sentence;      // for people; may go over several lines
  std::string problem = {};  // the server's problem document, as JSON; empty when the server did not say it
};

template <class T>
using Attempt = std::expected<T, Failure>;

inline std::unexpected<Failure> usage(std::string sentence) {
  return std::unexpected(Failure{kUsage, std::move(sentence)});
}

}  // namespace latchkey::cli
